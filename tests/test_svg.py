"""Charts inside a page: unique ids, colours as variables, a viewBox."""

from __future__ import annotations

from reportgen.render.svg import (
    colours_in,
    inline,
    mixed_variables,
    recoloured,
    unique_ids,
)


def test_ids_and_every_reference_to_them_get_the_prefix() -> None:
    svg = (
        '<svg id="a" aria-labelledby="a-title other"><title id="a-title">#a</title>'
        '<style>#b{fill:red}</style><path id="b" clip-path="url(#a)"/><use href="#b"/></svg>'
    )
    assert unique_ids(svg, "x3-") == (
        '<svg id="x3-a" aria-labelledby="x3-a-title other"><title id="x3-a-title">#a</title>'
        '<style>#x3-b{fill:red}</style><path id="x3-b" clip-path="url(#x3-a)"/>'
        '<use href="#x3-b"/></svg>'
    )


def test_theme_colours_become_variables_in_every_spelling() -> None:
    svg = '<rect fill="#17324D" stroke="rgb(23, 50, 77)" style="fill:#fff"/>'
    assert recoloured(svg, {"brand": "#17324d", "paper": "#ffffff"}) == (
        '<rect fill="var(--brand,#17324d)" stroke="var(--brand,#17324d)"'
        ' style="fill:var(--paper,#ffffff)"/>'
    )


def test_mixed_colours_get_a_variable_with_a_dark_value() -> None:
    assert recoloured('<rect fill="#eef2f5"/>', {}) == '<rect fill="var(--x-eef2f5,#eef2f5)"/>'
    dark = mixed_variables(colours_in('<rect fill="#eef2f5"/><rect fill="#fff"/>'))
    assert set(dark) == {"x-eef2f5", "x-ffffff"}
    assert dark["x-ffffff"] == "#171717"  # white turns into the near black of a dark page


def test_the_text_of_a_label_is_not_a_colour() -> None:
    svg = "<text>#fff and H100</text>"
    assert recoloured(svg, {"paper": "#ffffff"}) == svg


def test_prologue_goes_and_a_viewbox_comes() -> None:
    svg = '<?xml version="1.0"?>\n<!-- x -->\n<svg width="600px" height="200"><g/></svg>'
    assert inline(svg) == '<svg width="600px" height="200" viewBox="0 0 600 200"><g/></svg>'
