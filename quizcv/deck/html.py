"""A card's Markdown as HTML: math for MathJax, code by classes, and nothing that runs. (In the making.)"""
