"""Makes and executes the notebooks.

    python book.py make               each .ipynb from its .py
    python book.py check              do they agree, and is each number in the text in the code too?
    python book.py execute [NAME …]   executes them into executed/, with a page of HTML for each, and says how long it took

The sources are the .py files, in the percent format that Jupytext, VS Code and PyCharm read as well.
"""

import json
import re
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
EXECUTED = HERE / "executed"
# Smaller numbers are counted on fingers, and "99 of 100" and "100 %" are words: texts may have them as they like.
SMALL, WORDS = 20, {99, 100}


def sources():
    """The notebooks' sources, in their order."""
    return sorted(HERE.glob("[0-9]-*.py")) + [HERE / "answers.py"]


def cells(text):
    """The cells of a source, each as (kind, lines).

    >>> cells("# %% [markdown]\\n# # Title\\n#\\n# Text\\n\\n# %%\\nprint(1)\\n")
    [('markdown', ['# Title', '', 'Text']), ('code', ['print(1)'])]
    """
    found = []
    for line in text.splitlines():
        if line.startswith("# %%"):
            found.append(("markdown" if "[markdown]" in line else "code", []))
        elif not found:
            raise SystemExit(f"before the first cell: {line}")
        else:
            found[-1][1].append(re.sub(r"^# ?", "", line) if found[-1][0] == "markdown" else line)
    for _, lines in found:
        while lines and not lines[-1]:
            lines.pop()
    return found


def notebook(text):
    """The source as Jupyter has it, without outputs. The same source gives the same bytes."""
    made = []
    for number, (kind, lines) in enumerate(cells(text), 1):
        source = [line + "\n" for line in lines[:-1]] + lines[-1:]
        cell = {"cell_type": kind, "id": f"cell-{number}", "metadata": {}, "source": source}
        made.append(cell | ({"execution_count": None, "outputs": []} if kind == "code" else {}))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": made, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
             "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def numbers(text):
    """The numbers in a text.

    >>> sorted(numbers("124,750 or $124{,}750$ messages, 12.6 s on average, 86_400; m0 and n17 are names, 5 is small"))
    [5.0, 12.6, 86400.0, 124750.0]
    """
    text = re.sub(r"(?<=\d)(_|\{,\}|,)(?=\d{3})", "", text)
    return {float(number) for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)}


def code_of(text):
    """The code of a source."""
    return "\n".join("\n".join(lines) for kind, lines in cells(text) if kind == "code")


def unproved(text, elsewhere):
    """Numbers of the text that no line of code has, here or elsewhere: nothing would notice if they became wrong.

    >>> unproved("# %% [markdown]\\n# 12.6 s, and 41 a day\\n# %%\\nexpect(mean, about=12.6)", "")
    [41.0]
    """
    code = code_of(text) + elsewhere
    prose = "\n".join("\n".join(lines) for kind, lines in cells(text) if kind == "markdown")
    told = numbers(re.sub(r"`[^`]*`", "", prose))
    return sorted(number for number in told - numbers(code) - WORDS if number >= SMALL or number != int(number))


def make():
    """Writes each notebook."""
    for source in sources():
        source.with_suffix(".ipynb").write_text(notebook(source.read_text(encoding="utf-8")), encoding="utf-8")


def check():
    """Says what does not agree."""
    wrong = []
    everywhere = "\n".join(code_of(source.read_text(encoding="utf-8")) for source in sources())
    answers = code_of((HERE / "answers.py").read_text(encoding="utf-8"))
    for source in sources():
        text, made = source.read_text(encoding="utf-8"), source.with_suffix(".ipynb")
        if not made.exists() or made.read_text(encoding="utf-8") != notebook(text):
            wrong.append(f"{made.name} is not what {source.name} makes: python book.py make")
        wrong += [f"{source.name}: {number:g} is in the text, and no code expects it"
                  for number in unproved(text, everywhere if source.stem == "answers" else answers)]
    if wrong:
        raise SystemExit("\n".join(wrong))
    print(f"{len(sources())} notebooks are what their sources make, and their numbers are in their code")


def complaint(book):
    """What an executed notebook says on standard error, such as a picture that cannot be drawn: no cell fails by it."""
    outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
    said = ["\n".join(output["traceback"]) for output in outputs if output["output_type"] == "error"]
    said += [output["text"] for output in outputs if output.get("name") == "stderr"]
    return "\n".join(said)


def execute(names):
    """Executes notebooks, and leaves them and their pages of HTML in executed/."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbconvert import HTMLExporter

    EXECUTED.mkdir(exist_ok=True)
    begun, failed = time.monotonic(), []
    for source in sources():
        if names and source.stem not in names:
            continue
        start = time.monotonic()
        book = nbformat.reads(notebook(source.read_text(encoding="utf-8")), as_version=4)
        try:
            NotebookClient(book, timeout=300, kernel_name="python3",
                           resources={"metadata": {"path": str(HERE)}}).execute()
        except CellExecutionError as error:
            failed.append(source.stem)
            print(re.sub(r"\x1b\[[\d;]*m", "", str(error)), file=sys.stderr)
        if source.stem not in failed and (said := complaint(book)):
            failed.append(source.stem)
            print(said, file=sys.stderr)
        nbformat.write(book, EXECUTED / f"{source.stem}.ipynb")
        page, _ = HTMLExporter(exclude_input_prompt=True, exclude_output_prompt=True).from_notebook_node(
            book, resources={"metadata": {"name": source.stem}})
        (EXECUTED / f"{source.stem}.html").write_text(page, encoding="utf-8")
        print(f"{time.monotonic() - start:6.1f} s  {source.stem}" + ("  FAILED" * (source.stem in failed)), flush=True)
    print(f"{time.monotonic() - begun:6.1f} s  together")
    if failed:
        raise SystemExit(f"failed: {', '.join(failed)}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make"]:
            make()
        case ["check"]:
            check()
        case ["execute", *chosen]:
            execute(chosen)
        case _:
            raise SystemExit(__doc__)
