"""What all notebooks share: guesses, checks of the text, and the look of the pictures."""

import math

import altair as alt
import pandas as pd

# Colours that the colour-blind can tell apart (Okabe and Ito), darkest first. Lines have different dashes as well.
COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"]
SEEN, THEORY, WRONG = "#0072B2", "#555555", "#D55E00"


def expect(value, about=None, within=None, between=None):
    """Fails if what the text says is no longer so.

    >>> expect(12.61, about=12.6, within=0.1)
    >>> expect(13.4, about=12.6, within=0.1)
    Traceback (most recent call last):
    AssertionError: the text says about 12.6, give or take 0.1; it is 13.4
    >>> expect(0.3, between=(0.4, 0.6))
    Traceback (most recent call last):
    AssertionError: the text says between 0.4 and 0.6; it is 0.3
    """
    if between is None:
        within = abs(about) * 0.005 if within is None else within
        said, right = f"about {about:g}, give or take {within:g}", abs(value - about) <= within * (1 + 1e-9)
    else:
        said, right = f"between {between[0]:g} and {between[1]:g}", between[0] <= value <= between[1]
    # A value that is not a number is never right.
    assert right, f"the text says {said}; it is {value:g}"


def reveal(guess, truth, unit=""):
    """Sets a guess beside what came out.

    >>> reveal(None, 12.61, "s")
    It is 12.6 s. You have not guessed: write a number into the cell above, it makes the rest stick.
    >>> reveal(15.1, 12.61, "s")
    You said 15.1 s, and it is 12.6 s: off by a factor of 1.2. Not bad; the next 20 % are what this lesson is about.
    >>> reveal(12.5, 12.61, "s")
    You said 12.5 s, and it is 12.6 s. You knew!
    """
    unit = f" {unit}" if unit else ""
    if guess is None:
        print(f"It is {short(truth)}{unit}. You have not guessed: write a number into the cell above, it makes the rest"
              " stick.")
        return
    said = f"You said {short(guess)}{unit}, and it is {short(truth)}{unit}"
    off = max(guess, truth) / min(guess, truth) if guess > 0 and truth > 0 else math.inf
    if off <= 1.05 or guess == truth:
        print(f"{said}. You knew!")
    elif off <= 1.5:
        print(f"{said}: off by a factor of {off:.1f}. Not bad; the next {(off - 1) * 100:.0f} % are what this lesson is"
              " about.")
    elif off <= 10:
        print(f"{said}: off by a factor of {off:.1f}. Most people are; read on.")
    else:
        print(f"{said}. You are not alone: this is one that nobody guesses.")


def short(number):
    """Three digits, and no more zeros than needed.

    >>> short(0.000123456), short(12.61), short(124750), short(3)
    ('0.000123', '12.6', '124,750', '3')
    """
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.3g}"


NONE_SEEN, SEEN_WITH = "none seen: it is below this, at 95 %", "seen, with its 95 % interval"


def at_most(table, measure):
    """For rare things: what was seen, or where none was, the bound that holds at 95 %; and which of them it is."""
    seen = table[measure] > 0
    bound = table[f"{measure}_high"]
    return table.assign(shown=table[measure].where(seen, bound), low=table[f"{measure}_low"].where(seen, bound),
                        high=bound, what=seen.map({True: SEEN_WITH, False: NONE_SEEN}))


def curves(table, x, measure, series, y_axis, rare=False):
    """Lines through what was measured, each point with its 95 % interval; `series` is the column that tells them apart.

    Of what is rare, triangles say where none was seen. `x` is an encoding of Altair, `y_axis` what its other axis is to be like.
    """
    if rare:
        table = at_most(table, measure)
        y, low, high = "shown", "low", "high"
    else:
        y, low, high = measure, f"{measure}_low", f"{measure}_high"
    order = list(dict.fromkeys(table[series]))
    colour = alt.Color(f"{series}:N", sort=order, title=None)
    dash = alt.StrokeDash(f"{series}:N", sort=order, legend=None)
    base = alt.Chart(table)
    lines = base.mark_line(opacity=0.6).encode(x, alt.Y(f"{y}:Q", **y_axis), colour, dash)
    bars = base.mark_rule().encode(x, alt.Y(f"{low}:Q"), alt.Y2(f"{high}:Q"), colour)
    points = base.mark_point().encode(x, alt.Y(f"{y}:Q"), colour)
    if rare:
        points = points.encode(alt.Shape("what:N", title=None, legend=alt.Legend(symbolFillColor="#555", symbolStrokeColor="#555"),
                                         scale=alt.Scale(domain=[SEEN_WITH, NONE_SEEN], range=["circle", "triangle-down"])))
    return lines + bars + points


def line(xs, function, **columns):
    """A table of a formula, for a line in a picture."""
    return pd.DataFrame([{"x": x, "y": function(x), **columns} for x in xs])


def titled(chart, title, *more, width=520, height=260):
    """A picture says what to notice."""
    return chart.properties(title=alt.Title(title, subtitle=list(more)), width=width, height=height)


@alt.theme.register("lesson", enable=True)
def theme():
    """Large enough for the last row of a lecture hall."""
    axis = {"labelFontSize": 13, "titleFontSize": 14, "titleFontWeight": "normal", "gridColor": "#e4e4e4"}
    return {"config": {
        "background": "white",
        "axis": axis,
        "legend": {"labelFontSize": 13, "titleFontSize": 13, "titleFontWeight": "normal", "labelLimit": 400,
                   "symbolStrokeWidth": 2.5, "symbolSize": 90},
        "header": {"labelFontSize": 13, "titleFontSize": 14},
        "title": {"anchor": "start", "fontSize": 17, "subtitleFontSize": 14, "subtitleColor": "#444444", "offset": 14},
        "range": {"category": COLOURS},
        "view": {"stroke": None},
        "line": {"strokeWidth": 2.5},
        "point": {"size": 70, "filled": True, "opacity": 1},
        "rule": {"strokeWidth": 2},
    }}


# Drawn here and not in the browser where that can be had: shows in any Jupyter, in print and without a network.
try:
    import vl_convert  # noqa: F401
    alt.renderers.enable("svg")
except ImportError:
    pass
