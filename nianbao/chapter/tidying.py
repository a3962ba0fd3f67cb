"""What is left of a paragraph when some of its figures are unknown: every known figure, and no hole.

A paragraph is taken apart at its punctuation, never inside brackets: sentences (。), parts (；), clauses (，) and
words (、). What is unknown leaves with the smallest of these that holds it. What follows from it loses words that would
dangle (其中) and takes its name along (基金支出…，较上年减少… becomes 基金支出较上年减少…).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nianbao.chapter.printer import FIGURE, GONE, HOLE, TOLD

#: A character that stands for something unknown.
UNKNOWN = re.compile(f"[{GONE}{HOLE}]")
#: Something that a reader came for: a figure, or a text of the edition.
CONTENT = re.compile(f"{FIGURE.pattern}|{TOLD}")
#: The run-in heading of a paragraph.
HEADING = re.compile(r"\*\*[^*]+\*\*\s*")
#: Words that only make sense behind the whole they are a part of.
OF_WHICH = re.compile("^(其中|内)，?")
#: Words in front of the parts of a whole: they go to the first part that is left.
LEAD = re.compile("^(按|分|从|在).*$")
#: How a clause begins that says something of the figure before it.
RELATIVE = re.compile("^(较|同比|占|与|上年|比|相当于|年均|增长|下降|增加|减少|上升|完成|持平|累计|五年累计|主要原因)")
#: Ends of the names of figures that stand for one side of a fund, a budget or a cost; and how another side is called.
ASPECT = re.compile("(总?收入|总?支出|累计结余|结余)$")
OTHER_ASPECT = re.compile("^(总?收入|总?支出|年末累计结余|年末结转和结余|累计结余|当期结余)[^一-龥]")
#: How a sentence begins that gives the reason of what was said before it.
REASON = re.compile("^主要原因：")
#: Ends of a name that stands in front of a figure.
JOINTS = re.compile("(为|达到|达|共|约|有|至|的)$")
BRACKET = re.compile("（[^（）]*）")
LEADING_BLANKS = re.compile(rf"^[\s{TOLD}]+")


def split(text: str, mark: str) -> list[str]:
    """A text at each `mark` that stands in no bracket."""
    pieces = [""]
    depth = 0
    for character in text:
        if character == mark and depth == 0:
            pieces.append("")
            continue
        depth = max(0, depth + (character == "（") - (character == "）"))
        pieces[-1] += character
    return pieces


def tidy(text: str) -> str:
    """A paragraph without what is unknown; empty where nothing that a reader came for is left."""
    if not UNKNOWN.search(text):
        return text
    heading = HEADING.match(text)
    lead = heading[0] if heading else ""
    paragraph = Remains()
    sentences = [paragraph.sentence(each) for each in re.split("(?<=。)", text[len(lead) :])]
    # Blanks in front of what is left, also behind the sign of a text, would make it a block of code.
    rest = LEADING_BLANKS.sub(lambda match: TOLD * match[0].count(TOLD), "".join(sentences))
    asked_in_vain = HOLE in text and not CONTENT.search(rest)
    return "" if asked_in_vain or not rest else lead + rest


@dataclass
class Remains:
    """What was left out so far: `subject` is the name of the figure that has just gone, empty where none has."""

    subject: str = ""
    lost: bool = False

    def sentence(self, text: str) -> str:
        """What is left of a sentence, with its full stop."""
        stop = "。" if text.endswith("。") else ""
        body = text.removesuffix("。")
        if not UNKNOWN.search(body):
            left = self.joined(body) if self.lost else body
            self.lost = self.lost and not body.strip()
            return left + stop
        left = self.whole(body)
        self.lost = not left
        return left + stop if left else ""

    def whole(self, text: str) -> str:
        """What is left of a sentence without its full stop."""
        head, colon, rest = colon_parted(text)
        if colon and "；" not in head:
            return self.list(head, rest)
        return self.parts(text)

    def list(self, head: str, rest: str) -> str:
        """What is left of a list behind a colon, and of what introduces it."""
        introduced = self.parts(head) if UNKNOWN.search(head) else head
        name = name_of(head)
        self.lost = False
        listed = self.whole(rest) if UNKNOWN.search(rest) else rest
        if not listed.strip() or (UNKNOWN.search(rest) and not CONTENT.search(listed)):
            return introduced if CONTENT.search(introduced) else ""
        return f"{introduced or name}：{listed}" if introduced or name else listed

    def parts(self, text: str) -> str:
        """What is left of the parts between semicolons."""
        kept = []
        lead = ""
        for part in split(text, "；"):
            head, colon, rest = colon_parted(part)
            left = self.list(head, rest) if colon else self.part(part)
            if left:
                kept.append(f"{lead}，{left}" if lead else left)
                lead = ""
            elif not kept and not colon:
                lead = lead or lead_of(part)
        return "；".join(kept)

    def part(self, text: str) -> str:
        """What is left of the clauses of a part."""
        if not UNKNOWN.search(text):
            left = self.joined(text) if self.lost else text
            self.lost = False
            return left
        kept = []
        for clause in split(text, "，"):
            left = self.clause(clause)
            if left:
                kept.append(left)
        return "，".join(kept) if any(CONTENT.search(each) for each in kept) else ""

    def clause(self, text: str) -> str:
        """What is left of a clause."""
        clause = BRACKET.sub(lambda match: bracket(match[0]), text)
        if not UNKNOWN.search(clause):
            if not self.lost:
                return clause
            if not CONTENT.search(clause) and not LEAD.match(clause):
                return ""  # words about what is gone
            if not CONTENT.search(clause):
                return clause
            left = self.joined(clause)
            self.lost = False
            return left
        known = [word for word in split(clause, "、") if CONTENT.search(word) and not UNKNOWN.search(word)]
        if known:
            left = self.joined("、".join(known)) if self.lost else "、".join(known)
            self.lost = False
            return left
        if HOLE in clause:
            self.subject = self.subject_after(clause)
            self.lost = True
        inner = [OF_WHICH.sub("", each[1:-1]) for each in BRACKET.findall(clause) if CONTENT.search(each)]
        return "，".join(inner)

    def subject_after(self, clause: str) -> str:
        """The name of the figure that goes with a clause; that of a fund stays for its other sides."""
        name = name_of(clause)
        of_same = self.lost and ASPECT.search(self.subject) and ASPECT.fullmatch(name.removeprefix("年末"))
        if of_same or (not name and RELATIVE.match(clause)):
            return self.subject
        return name

    def joined(self, clause: str) -> str:
        """A clause behind something that has gone: it does not dangle."""
        told = TOLD if clause.startswith(TOLD) else ""
        clause = OF_WHICH.sub("", clause.removeprefix(TOLD))
        if self.subject and REASON.match(clause):
            return f"{told}{self.subject}增减的{clause}"
        if self.subject and RELATIVE.match(clause):
            return told + self.subject + clause
        topic = ASPECT.search(self.subject)
        if topic and OTHER_ASPECT.match(clause):
            of_fund = self.subject[: topic.start()]
            return told + (of_fund.removeprefix("全年") if clause.startswith("年末") else of_fund) + clause
        return told + clause


def colon_parted(text: str) -> tuple[str, str, str]:
    """What stands in front of the first colon outside brackets, the colon, and what stands behind it."""
    head, *rest = split(text, "：")
    return (head, "：", "：".join(rest)) if rest else (text, "", "")


def bracket(text: str) -> str:
    """What is left of a bracket; nothing where nothing in it is known."""
    if not UNKNOWN.search(text):
        return text
    left = Remains().whole(text[1:-1])
    return f"（{left}）" if CONTENT.search(left) else ""


def name_of(text: str) -> str:
    """The words in front of the first unknown figure of a clause: its name; empty where they are none."""
    clause = split(split(text, "；")[-1], "，")
    with_hole = next((each for each in clause if HOLE in each), "")
    name = BRACKET.sub("", with_hole.partition(HOLE)[0])
    name = OF_WHICH.sub("", JOINTS.sub("", name))
    name = name.replace(TOLD, "").strip()
    return "" if RELATIVE.match(name) or re.search(f"{FIGURE.pattern}|[（）]", name) else name


def lead_of(part: str) -> str:
    """The words in front of the parts of a whole that a part which has gone began with; empty where there are none."""
    first, *rest = split(part, "，")
    alone = rest and not UNKNOWN.search(first) and not FIGURE.search(first)
    return first if alone and LEAD.match(first) else ""


def without_dangling_end(text: str) -> str:
    """The last paragraph without a last sentence that announces something and is followed by nothing."""
    sentences = re.split("(?<=。)", text.rstrip())
    if sentences and sentences[-1].endswith("：") and not sentences[-1].startswith("**"):
        return "".join(sentences[:-1])
    return text
