"""What to type in place of what YAML cannot read: its own words are for people who know YAML.

The advice is tried before it is given: a line is only proposed if the file can be read further with it.
"""

import re
from collections.abc import Callable

PAIR = re.compile(r"(?P<name>\s*(?:- +)?[\w-]+:\s+|\s*- +)(?P<text>\S.*?)\s*")
NAMED = "“&” and “*” at the beginning name or repeat a value, which is not allowed here; write the value out"
SORTED = "“!” at the beginning says of what sort a value is, which is not allowed here; write the plain value"
HAPPENED = {
    "anchor": NAMED,
    "alphabetic or numeric character": NAMED,
    "tag": SORTED,
}  # to a sign that was meant as text
SENTENCES = {  # part of what libyaml says → what is told
    "tab character": "a tab stands here; indent with spaces instead",
    "cannot start any token": "a text cannot begin like this; put it in double quotes, and indent with spaces",
    "mapping values are not allowed": "a colon stands within a text, or the line is indented too far; put the text in "
    "double quotes, or indent the line like those above it",
    "could not find expected ':'": "a name and a colon are expected here, such as “title: …”",
    "expected key": "this line does not go on from what stands above it; look at its quotes and its indentation",
    "end of stream": "a quote is opened above and never closed; close it",
    "',' or ']'": "a list in square brackets is not closed, or lacks a comma; write it as [1, 2]",
    "',' or '}'": "fields in curly brackets are not closed, or lack a comma; write them as {city: [3]}",
    "'-' indicator": "this is no item of the list above; begin it with “- ” in the same column, or indent it less",
    "block sequence entries": "a list cannot begin here; write “- ” on its own line, or quote the text",
    "node content": "a value is missing here, or stands in brackets that are not closed",
    **HAPPENED,
}


def of_yaml(text: str, line: int, problem: str, reads_past: Callable[[str, int], bool]) -> str:
    """What is wrong in a `line` of the file `text` of which libyaml says `problem`, and what would be right.

    `reads_past(text, line)`: whether a text can be read past this line.
    """
    lines = text.splitlines()
    written = lines[line - 1] if line <= len(lines) else ""
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return SENTENCES["tab character"]
    for number in (line, line - 1) if "',' or" not in problem else ():
        better = quoted(lines[number - 1]) if 0 < number <= len(lines) else ""
        if better and reads_past("\n".join([*lines[: number - 1], better, *lines[number:]]) + "\n", line):
            where = "" if number == line else f" of line {number}"
            happened = next((f"{told}; if it is text, " for part, told in HAPPENED.items() if part in problem), "")
            return f"{happened}put the text{where} in double quotes: {better.strip().removeprefix('- ')}"
    told = next((sentence for part, sentence in SENTENCES.items() if part in problem), "")
    return told or f"this line cannot be read as YAML ({problem})"


def of_comment(line: str, whole: bool) -> str:
    """What is wrong in a line of which a part after “#” was read as a comment, and what would be right.

    `whole`: whether the value stands in this line alone.
    """
    better = quoted(line) if whole else ""
    advice = f"put the text in double quotes: {better.strip().removeprefix('- ')}" if better else "quote the whole text"
    return f"what stands from “#” on is not read; {advice} (if it is a comment, put two spaces before the “#”)"


def quoted(line: str) -> str:
    """A line “name: text” with its text in double quotes; an empty text where it is no such line."""
    match = PAIR.fullmatch(line)
    if not match or (match["text"][0] in "[{" and not re.search("[]}]", match["text"])):  # a list that goes on below
        return ""
    text = match["text"]
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1].replace('\\"', '"')
    return match["name"].rstrip() + ' "' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
