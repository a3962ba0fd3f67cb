"""The one home of the schema of `data/`: which files there are, which columns they have, and what may stand in them.

Reading and validation, `data/datapackage.json`, the page of reference and the heads of the workbook are all made from
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatch

from nianbao.data.csvfiles import NUMBER, YEAR, Row

#: What may stand in a cell that a document printed without a number.
BLANKS = ("", "-", "—", "无")
#: How a value came to be known (SDMX CL_OBS_STATUS).
STATUSES = ("A", "E", "P", "M")
#: Kinds of indicators: at the end of a year, during a year, or neither.
INDICATOR_KINDS = ("stock", "flow", "ratio")
#: What a document derives from levels and prints.
MEASURES = ("level", "change", "growth", "avg_growth", "points", "share", "highest", "lowest")
#: Measures that compare with another year.
AGAINST_A_YEAR = ("change", "growth", "avg_growth", "points")
#: Measures whose value is a list of items.
RANKINGS = ("highest", "lowest")
#: The place in the source of a figure that an edition has revised.
REVISED = "修订"
#: Kinds of revisions; one by another method puts figures on another basis.
METHOD = "method"
REVISION_KINDS = ("planned", METHOD, "error")
#: Why figures do not agree though none is wrong, by how it is stored and in words.
EXPLAINED_KINDS = {
    "merged": "撤并",
    "split": "拆分",
    "new": "新设",
    "dropped": "不再分列",
    "definition": "口径变化",
    "other": "其他",
}
#: How an average growth is computed: the whole growth divided by the years, or the root of the quotient.
MEANS = ("arithmetic", "geometric")
#: What a row of a change account or of a target says.
DRIVER_ROLES = ("of", "plus", "minus", "regions", "times", "over", "rest", "target", "reached")
#: What an editor may do with a finding.
FINDING_ACTIONS = ("pin", "hide")
#: What the outlook assumes a growth of.
OUTLOOK_DRIVERS = ("contributors", "base", "rate", "subsidy", "retirees", "benefit")
#: How words of a document are judged: see `nianbao.audit.rules.labels`.
LABEL_RULES = ("same", "follows", "rising", "once", "read", "look")
#: What a book prints where an erratum is known.
SHOWN = ("published", "recomputed")

#: Columns whose cells may be texts of several lines.
OF_LINES = ("text", "reason", "note", "definition", "decided")
TEXT = "string"
A_NUMBER = "number"
INTEGER = "integer"
A_YEAR = "year"
#: A whole number as it may stand in a cell.
WHOLE = re.compile(r"[+-]?[0-9]{1,3}")
PATTERNS = {A_NUMBER: NUMBER, A_YEAR: YEAR, INTEGER: WHOLE}
WRONG = {A_NUMBER: "不是数字（至多15位整数、6位小数）", A_YEAR: "不是年份", INTEGER: "不是整数（至多三位）"}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    `about` is its meaning in Chinese; `type` one of string, number, integer and year; `required` that no cell may be
    empty; `allowed` the values that may stand in it; `refers` what its values name: indicator, item, region or
    document; `title` what it is called above a column of the workbook.
    """

    name: str
    about: str
    type: str = TEXT
    required: bool = False
    allowed: tuple[str, ...] = ()
    refers: str = ""
    title: str = ""

    @property
    def head(self) -> str:
        """What the column is called in the workbook: its title, else its name."""
        return self.title or self.name

    def wrong(self, text: str) -> str:
        """What is wrong with the text of a cell, in Chinese; nothing where it is fine."""
        if not text:
            return f"不应空着（{self.about}）" if self.required else ""
        if self.allowed and text not in self.allowed:
            listed = f"{'、'.join(self.allowed[:-1])}或 {self.allowed[-1]}"
            return f"“{text}”不明，应为 {listed}"
        if "\n" in text and self.name not in OF_LINES:
            return f"“{text.splitlines()[0]}…”应是一行，格内不能换行；请查引号是否成对"
        sound = self.type not in PATTERNS or PATTERNS[self.type].fullmatch(text) is not None
        return "" if sound else f"“{text}”{WRONG[self.type]}"


@dataclass(frozen=True)
class Table:
    """A kind of file: the `pattern` of its name below `data/`, its `title`, columns and key.

    `key` names the columns that together may occur once only; `blanks` what counts as no value.
    """

    pattern: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    blanks: tuple[str, ...] = ("",)
    #: Columns that a file of this kind may lack.
    optional: tuple[str, ...] = ()
    #: Whether a file of this kind may have no row: rows come and go by the workbook, or the file must be there.
    may_be_empty: bool = False
    #: Whether a file of this kind may have columns of its own, for a notebook that knows them.
    free: bool = False

    @property
    def heads(self) -> tuple[str, ...]:
        """Names of the columns that every file of this kind has."""
        return tuple(column.name for column in self.columns if column.name not in self.optional)

    def column(self, name: str) -> Column | None:
        """The column of that name; None where the schema knows none."""
        return next((column for column in self.columns if column.name == name), None)

    def check(self, row: Row, *but: str) -> None:
        """DataError for the first cell of a row that is wrong; columns in `but` are left to the caller."""
        for column in self.columns:
            text = row.get(column.name, "")
            blank = column.type == A_NUMBER and not column.required and text in self.blanks
            if column.name in row and column.name not in but and not blank:
                message = column.wrong(text)
                row.check(not message, column.name, "{said}", said=message)


def columns(*names: str, **abouts: str) -> tuple[Column, ...]:
    """Columns of texts by name, those with a meaning of their own in `abouts`."""
    return tuple(Column(name, abouts.get(name) or WORDS[name], title=TITLES.get(name, "")) for name in names)


INDICATOR = Column("indicator", "指标代码，见 catalogue/indicators", required=True, refers="indicator")
ITEM = Column("item", "指标为谁而计：地区代码，或指标所属代码表中的代码", required=True, refers="item")
OF_YEAR = Column("year", "数所属的年份", A_YEAR, required=True)
PLACE = Column("place", "在文件里的位置：表号或章节")

INDICATORS = Table(
    "catalogue/indicators/*.csv",
    "指标",
    (
        Column("indicator", "指标代码，第一段是所属部分", required=True),
        Column("name", "名称", required=True),
        Column("unit", "单位"),
        Column("decimals", "印出的小数位数", INTEGER, required=True),
        Column("kind", "stock 年末数，flow 全年数，ratio 比率", required=True, allowed=INDICATOR_KINDS),
        Column("dimension", "所用的代码表，空着为地区"),
        Column("parent", "上级指标代码", refers="indicator"),
        Column("formula", "算式；以 ? 开头的只用于核对，不用来补缺"),
        Column("definition", "含义"),
    ),
    key=("indicator",),
)

#: Columns of codelists and texts by name.
WORDS = {
    "item": "代码",
    "region": "地区代码，国家标准或自编",
    "name": "名称",
    "title": "标题",
    "short": "简称",
    "level": "级别",
    "parent": "上级代码",
    "unit": "计量单位，空着随指标",
    "tile": "分布图上的列和行，空着不画",
    "prefix": "险种指标代码的开头",
    "note": "说明",
    "source": "出处：文件代码（见 catalogue/documents.csv）、空格、原文的表号或章节",
    "place": "在书中的位置或原文的章节",
    "text": "文字，可含 {{指标代码}}",
    "reason": "理由",
    "order": "次序",
    "indicator": "指标代码",
    "formula": "算式",
    "topic": "主题",
    "kind": "类别",
    "part": "部分",
    "number": "号码",
    "rank": "机构规格",
    "nature": "机构性质",
    "five_in_one": "是否五险合一",
    "bank": "银行",
    "amount": "金额",
    "project": "项目代码",
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "target": "目标，照印",
    "value": "目标中的数",
    "actual": "实际完成，照印",
    "issuer": "发文机关",
    "next": "相连的下一格",
    "table": "表号",
    "side": "收入或支出",
    "subject": "科目",
    "code": "代码",
    "no": "次序",
    "columns": "各列的名称",
    "plan": "计划的主题",
    "sme": "是否面向中小企业",
    "category": "品目",
    "total": "合计",
    "goods": "货物",
    "works": "工程",
    "services": "服务",
    "scheme": "险种代码",
    "type": "问题或措施",
    "seq": "次序",
    "document": "文件代码",
    "printed": "原文印作",
}
#: What columns of texts are called in the workbook.
TITLES = {
    "order": "序号",
    "name": "名称",
    "region": "地区",
    "level": "层级",
    "rank": "级别",
    "nature": "性质",
    "text": "文字",
    "five_in_one": "五险合一",
    "source": "位置",
    "topic": "主题",
    "bank": "银行",
    "amount": "金额",
    "unit": "单位",
    "issuer": "发文机关",
    "item": "编号",
    "title": "文件名称",
    "number": "文号",
    "place": "用处",
}
#: Columns that tell when an entry of a codelist came and ended; a codelist without changes needs none of them.
LIFE = (
    Column("since", "自何年起有数；空着为一向有", A_YEAR, title="自何年"),
    Column("until", "最后有数的一年；空着为仍有", A_YEAR, title="止于何年"),
    Column("successor", "撤并后归入的代码", title="并入"),
)
OF_LIFE = tuple(column.name for column in LIFE)
REGIONS = Table(
    "catalogue/codelists/regions.csv",
    "地区",
    (
        Column("region", "地区代码，国家标准（GB/T 2260）或自编", required=True),
        Column("name", "名称", required=True),
        *columns("short", "level", "parent", "note", "tile"),
        *LIFE,
    ),
    key=("region",),
    optional=("short", "level", "parent", "note", "tile", *OF_LIFE),
)
CODELISTS = Table(
    "catalogue/codelists/*.csv",
    "代码表",
    (
        Column("item", "代码", required=True),
        Column("name", "名称", required=True),
        *columns("short", "level", "parent", "unit", "prefix", "note"),
        *LIFE,
    ),
    key=("item",),
    optional=("short", "level", "parent", "unit", "prefix", "note", *OF_LIFE),
)
#: Where the figures of a document come from: see `nianbao.data.catalogue.Document`.
FILLED = "filled"
ORIGINS = ("", "transcribed", FILLED)  # empty is transcribed, too
DOCUMENTS = Table(
    "catalogue/documents.csv",
    "取数的文件",
    (
        Column("document", "文件代码", required=True),
        Column("title", "标题", required=True),
        Column("year", "文件所讲的年份", A_YEAR),
        Column("publisher", "发布单位"),
        Column("published", "发布年月"),
        Column("origin", "数的来历：filled 由本单位填报，transcribed 或空着为由公布的文件录入", allowed=ORIGINS[1:]),
    ),
    key=("document",),
    optional=("year", "publisher", "published", "origin"),
)
IDENTITIES = Table(
    "catalogue/identities.csv",
    "勾稽关系：同一 identity 各行的“权数×指标”之和应为零",
    (
        Column("identity", "关系代码", required=True),
        Column("title", "名称", required=True),
        INDICATOR,
        Column("item", "固定的地区或项目；空着为逐一核对", refers="item"),
        Column("weight", "权数", A_NUMBER, required=True),
        Column("lag", "年份的偏移，1 为上年，空着为零", INTEGER),
        Column("years", "只在这些年份成立，几年以 | 隔开（如某年的项目清单）；空着为各年"),
    ),
    optional=("years",),
    may_be_empty=True,
)
ORDERS = Table(
    "catalogue/orders.csv",
    "大小关系：同一 order 各行的“权数×指标”之和不得大于零",
    (
        Column("order", "关系代码", required=True),
        *IDENTITIES.columns[1:],
    ),
    optional=("lag", "years"),
    may_be_empty=True,
)
REFERENCES = Table(
    "catalogue/references.csv",
    "可比的数：别处（全国、其他省）公布的同一指标的数，只用来对照，不计入任何合计",
    (
        INDICATOR,
        Column("scope", "范围，如 全国", required=True),
        Column("year", "年份", A_YEAR, required=True),
        Column("value", "照印的数", A_NUMBER, required=True),
        Column("source", "出处：文件代码、空格、表号或章节", required=True),
        Column("note", "口径有出入的，在此说明"),
    ),
    key=("indicator", "scope", "year"),
    optional=("note",),
    may_be_empty=True,
)
PRINTED = Table(
    "catalogue/printed.csv",
    "各数在书里印在何处，供填报表说明；由 docs/printed.py 从编好的书生成",
    (INDICATOR, ITEM, Column("places", "章节、表号和图号，以顿号隔开", required=True)),
    key=("indicator", "item"),
    may_be_empty=True,
)
BOOK_TABLES = Table(
    "catalogue/tables.csv",
    "书里各表的题目和单位，供填报表说明；由 docs/printed.py 从编好的书生成",
    (
        Column("table", "表号", required=True),
        Column("title", "题目，不带年份", required=True),
        Column("unit", "单位"),
    ),
    key=("table",),
    may_be_empty=True,
)
OBSERVATIONS = Table(
    "observations/????/*.csv",
    "一个部分的数，一行一个",
    (
        INDICATOR,
        ITEM,
        Column("value", "照印的数，小数位数不变；原表空白的照写空白、- 或 —", A_NUMBER),
        Column("status", "A 照印，E 由公布的增减推算，P 初步，M 原表空白", required=True, allowed=STATUSES),
        Column("source", "出处：文件代码（见 catalogue/documents.csv）、空格、原文的表号或章节"),
        Column("margin", "误差（半宽）：推算的数按推算，规定的数写 0；空着为末位的半个单位", A_NUMBER),
    ),
    key=("indicator", "item"),
    blanks=BLANKS,
    optional=("margin",),
)
COUNTY_OBSERVATIONS = Table(
    "observations/????/counties/*.csv",
    "一个县的数",
    OBSERVATIONS.columns,
    OBSERVATIONS.key,
    BLANKS,
    OBSERVATIONS.optional,
)
CLAIMS = Table(
    "documents/*/claims.csv",
    "文件印出的推算数和重印的数，供核对",
    (
        Column("measure", "算法", required=True, allowed=MEASURES),
        INDICATOR,
        ITEM,
        OF_YEAR,
        Column("base", "比较的年份，或比重的分母"),
        Column("value", "照印的数；最高、最低为地区代码，以 | 隔开"),
        Column("unit", "照印的单位"),
        PLACE,
    ),
)
ERRATA = Table(
    "documents/*/errata.csv",
    "文件中已知的错误",
    (
        Column("check", "核对项，几项以空格隔开", required=True),
        OF_YEAR,
        Column(
            "figures",
            "所指的数，几个以空格隔开：印出的数写“指标:地区或项目:年份”，推算数写其核对项；"
            "空着为核对项自己的数，核对项是勾稽的，只说关系而不指数",
        ),
        Column("printed", "所指的数照印"),
        Column("likely", "可能的正数；不止一个数说得通的空着"),
        Column("reason", "理由", required=True),
        Column("decided", "所指的数或正数与诊断不同，或诊断不能定时，由人判定的一句理由；与诊断相同的空着"),
        Column("show", "书中印原数（published）或算得的数（recomputed）", allowed=SHOWN),
        Column("expect", "fails，其后可依次写各项的“印作=>算得”；错误不在了，检查会报出", required=True),
        PLACE,
    ),
    optional=("figures", "decided"),
)
CAPTIONS = Table(
    "documents/*/captions.csv",
    "表题和图题的编号，照印",
    (
        Column("kind", "表或图", required=True),
        OF_YEAR,
        Column("part", "部分"),
        Column("number", "照印的号", A_NUMBER, required=True),
        Column("printed_year", "标题里照印的年份"),
        PLACE,
    ),
)
LABELS = Table(
    "documents/*/labels.csv",
    "文件里互有出入的名目、编号和用语，照印；同一 label 的第二行起是同一名目在别处的印法",
    (
        Column("label", "名称", required=True),
        OF_YEAR,
        PLACE,
        Column("printed", "原文印作", required=True),
        Column(
            "rule",
            "same 应与同名各行所印相同，follows 编号应接续，rising 应由小到大，"
            "once 词语不应重出，read 由人读出，look 请人复核而不算错",
            allowed=LABEL_RULES,
            required=True,
        ),
        Column("note", "read、look 的说明"),
    ),
    key=("label", "place"),
    optional=("note",),
)
RELATIONS = Table(
    "documents/*/relations.csv",
    "文件中的数另应满足的算式",
    (
        Column("relation", "关系的名称", required=True),
        OF_YEAR,
        INDICATOR,
        ITEM,
        Column("formula", "算式", required=True),
        Column("title", "名称", required=True),
        PLACE,
    ),
)
MEAN_GROWTH = Table(
    "documents/*/means.csv",
    "文件所印年均增长的算法，随基期年份而定；没有写明的基期按几何平均",
    (
        Column("year", "基期年份", A_YEAR, required=True),
        Column("mean", "arithmetic 总增长率除以年数，geometric 按年数开方", required=True, allowed=MEANS),
        Column("note", "依据"),
    ),
    key=("year",),
)
FORMULAS = Table(
    "documents/*/formulas.csv",
    "只用于某一项的算式",
    (
        INDICATOR,
        ITEM,
        OF_YEAR,
        Column("formula", "算式", required=True),
        Column("note", "说明"),
    ),
    key=("indicator", "item", "year"),
)
REVISIONS = Table(
    "editions/????/revisions.csv",
    "本年年报对以前各年的修订",
    (
        replace(INDICATOR, title="指标"),
        replace(ITEM, title="地区"),
        Column("of_year", "被修订的年份；空着为口径变化", A_YEAR, title="年份"),
        Column("old", "原数", title="原数"),
        Column("new", "新数", title="新数"),
        Column(
            "kind",
            "planned 例行修订，method 方法变化，error 差错更正",
            required=True,
            allowed=REVISION_KINDS,
            title="种类",
        ),
        Column("reason", "理由", required=True, title="理由"),
        Column("date", "日期", title="日期"),
    ),
    may_be_empty=True,
)
EXPLAINED = Table(
    "editions/????/explained.csv",
    "已说明的差异：本年年报中不相符而有缘由的数，不是勘误",
    (
        Column(
            "check",
            "核对项的名称或其开头（如 identity:unemployment-balance）；空着为所写指标、地区的各项",
            title="关系",
        ),
        Column("indicator", "指标代码；空着为所写地区的各指标", refers="indicator", title="指标"),
        Column("item", "地区或项目代码；空着为所写指标的各地区", title="地区"),
        Column("since", "自何年起；说明该年至本年的各数", A_YEAR, required=True, title="自何年"),
        Column(
            "kind",
            "merged 撤并，split 拆分，new 新设，dropped 不再分列，definition 口径变化，other 其他",
            required=True,
            allowed=tuple(EXPLAINED_KINDS),
            title="种类",
        ),
        Column("reason", "缘由，照印于附五和有关各表之下", required=True, title="说明"),
        Column("difference", "印作与算得之差，不计正负；写了的，差额与此不同就不算已说明", A_NUMBER, title="差额"),
    ),
    optional=("difference",),
    may_be_empty=True,
)
BASES = Table(
    "editions/????/bases.csv",
    "本年年报多年比较的基期；没有写明的照笔记本的惯例",
    (
        Column("indicator", "指标代码或其开头；空着为全部指标，写得最细的为准", title="指标"),
        Column("base", "基期年份", A_YEAR, required=True, title="基期年份"),
        Column(
            "mean",
            "年均增长的算法：arithmetic 总增长率除以年数，geometric 按年数开方",
            allowed=MEANS,
            title="年均算法",
        ),
        Column("note", "说明", title="说明"),
    ),
    key=("indicator",),
    optional=("mean", "note"),
    may_be_empty=True,
)
EARLIER = Table(
    "editions/????/earlier.csv",
    "编本年年报时补充的以前年度的数；本年及以后各年的年报用，以前各年的年报仍照原样",
    (
        INDICATOR,
        ITEM,
        OF_YEAR,
        Column("value", "照公布的数，小数位数不变；没有公布的写 —", A_NUMBER),
        Column("status", "A 照印，M 没有公布", required=True, allowed=("A", "M")),
        Column("source", "出处：文件代码（见 catalogue/documents.csv）、空格、位置"),
        Column("margin", "误差（半宽）；空着为末位的半个单位", A_NUMBER),
    ),
    key=("indicator", "item", "year"),
    blanks=BLANKS,
    optional=("margin",),
    may_be_empty=True,
)
JUMPS = Table(
    "editions/????/jumps.csv",
    "本年的数比上年变动较大的原因，供编者和审核的人看",
    (INDICATOR, ITEM, Column("reason", "原因", required=True, title="原因")),
    key=("indicator", "item"),
    may_be_empty=True,
)
DRIVERS = Table(
    "catalogue/drivers.csv",
    "变动账和目标：一个数由哪些数相加、相乘得出，或由哪个目标来衡量",
    (
        Column("account", "账的名称，同一笔账的各行相连", required=True),
        Column(
            "role",
            "of 所说明的数，plus、minus 加减的部分，regions 分地区的部分，times、over 乘除的因素，"
            "rest 由其余各数倒推的因素，target 目标，reached 目标所对的完成数",
            required=True,
            allowed=DRIVER_ROLES,
        ),
        Column("term", "指标代码；reached 可写算式；of、rest 可空着"),
        Column("words", "在句子里的名称", required=True),
        Column("unit", "of、rest 没有指标时的单位；of 写了单位，就是说各部分已经列全，没有总数时以各部分之和为总数"),
        Column("scale", "of 一行：各因素之积折合为本单位所乘的数，如 12/10000；空着为1"),
        Column("note", "口径说明，照印于账下"),
    ),
    optional=("note",),
)
REASONS = Table(
    "documents/*/reasons.csv",
    "文件对变动所说的理由，写成算式以便验算",
    (
        INDICATOR,
        ITEM,
        OF_YEAR,
        Column("base", "与之相比的年份，或预算指标的代码", required=True),
        Column("formula", "所说的理由合多少（与指标同单位，增为正）；空着为没有给出可算的数"),
        Column("words", "理由的大意", required=True),
        PLACE,
    ),
    key=("indicator", "item", "year", "base", "words"),
)
FINDING_SETTINGS = Table(
    "editions/????/findings.csv",
    "编者对要点的取舍：置顶、隐藏",
    (
        Column("finding", "要点的名称，见选取记录", required=True),
        Column("action", "pin 必选，hide 不用", required=True, allowed=FINDING_ACTIONS),
        Column("order", "pin 的次序，小的在前；空着按得分排", INTEGER),
        Column("reason", "理由"),
    ),
    key=("finding",),
    optional=("order", "reason"),
    may_be_empty=True,
)
ASSUMPTIONS = Table(
    "editions/????/assumptions.csv",
    "展望的情景假设：各基金收支因素今后每年的增长率",
    (
        Column("scheme", "险种代码，见 catalogue/codelists/schemes.csv", required=True),
        Column(
            "driver",
            "contributors 缴费人数，base 人均缴费，rate 实际费率，subsidy 财政补贴，"
            "retirees 领取人数，benefit 人均待遇",
            required=True,
            allowed=OUTLOOK_DRIVERS,
        ),
        Column("low", "低方案（年末结余较少）每年增长的百分数", A_NUMBER, required=True),
        Column("middle", "中方案每年增长的百分数", A_NUMBER, required=True),
        Column("high", "高方案（年末结余较多）每年增长的百分数", A_NUMBER, required=True),
        Column("note", "依据", required=True),
    ),
    key=("scheme", "driver"),
)
TEXTS = Table(
    "editions/????/texts/*.csv", "文字和名录", columns(*WORDS), optional=tuple(WORDS), may_be_empty=True, free=True
)
COUNTY_TEXTS = replace(TEXTS, pattern="editions/????/texts/counties/*.csv", title="一个县的文字")

#: Every kind of file; the first whose pattern matches is what a file is.
TABLES = (
    INDICATORS,
    REGIONS,
    CODELISTS,
    DOCUMENTS,
    IDENTITIES,
    ORDERS,
    REFERENCES,
    PRINTED,
    BOOK_TABLES,
    COUNTY_OBSERVATIONS,
    OBSERVATIONS,
    CLAIMS,
    ERRATA,
    CAPTIONS,
    LABELS,
    RELATIONS,
    MEAN_GROWTH,
    FORMULAS,
    REVISIONS,
    EXPLAINED,
    BASES,
    EARLIER,
    JUMPS,
    DRIVERS,
    REASONS,
    FINDING_SETTINGS,
    ASSUMPTIONS,
    COUNTY_TEXTS,
    TEXTS,
)


def table_of(name: str) -> Table | None:
    """The kind of the file `name` (below `data/`, with slashes); None for a file that is of no known kind."""
    return next((table for table in TABLES if fnmatch(name, table.pattern) and same_depth(name, table.pattern)), None)


def same_depth(name: str, pattern: str) -> bool:
    """Whether a name has as many folders as a pattern: `*` stands for one name, not for a path."""
    return name.count("/") == pattern.count("/")


def unknown_columns(table: Table, heads: Iterable[str]) -> list[str]:
    """Those of the `heads` of a file that its kind does not have."""
    return [head for head in heads if table.column(head) is None]
