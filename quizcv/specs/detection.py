"""Boxes, anchors, suppression, metrics of detection and segmentation."""

from __future__ import annotations
