"""Spaced repetition for computer-vision interviews, in the terminal."""
