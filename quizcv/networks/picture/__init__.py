"""A network as a standalone SVG: one solid a block, as high as its resolution and as thick as its channels.

Walk ── parts.blocks ──▶ blocks ── wording, scale ──▶ figures ── layout ──▶ seats ── routing ──▶ routes ── draw ──▶ svg
"""

from quizcv.networks.picture.compose import svg

__all__ = ["svg"]
