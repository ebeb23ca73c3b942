"""Colours and type of the pages, light and dark. `static/shell.css` uses the same values for its own parts."""

from __future__ import annotations

from typing import Any

_LIGHT = {
    "primaryColor": "#1f4e86",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f3f5f8",
    "textColor": "#1b2430",
    "linkColor": "#1f4e86",
    "borderColor": "#d5dbe3",
}
_DARK = {
    "primaryColor": "#3a78bd",
    "backgroundColor": "#12171e",
    "secondaryBackgroundColor": "#1b222c",
    "textColor": "#e6eaf0",
    "linkColor": "#8fbcee",
    "borderColor": "#374250",
}

THEME: dict[str, Any] = {
    "theme.baseRadius": "6px",
    "theme.baseFontSize": 16,
    "theme.headingFontWeights": [650, 650, 600],
    "theme.headingFontSizes": ["1.75rem", "1.35rem", "1.1rem"],
    "theme.showWidgetBorder": True,
    "theme.chartCategoricalColors": ["#2f6fb5", "#c77b16", "#3f8f5f", "#9a4f96", "#b5473c", "#5a6b7d"],
    **{f"theme.light.{name}": value for name, value in _LIGHT.items()},
    **{f"theme.dark.{name}": value for name, value in _DARK.items()},
}
