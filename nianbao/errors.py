"""The one exception an editor ever sees: what is wrong, where, and what was expected."""


class DataError(Exception):
    """Input that cannot be used.

    Parameters: `message` in Chinese; `file`, `row` and `column` name the place (row 1 is the heading line).
    """

    def __init__(self, message, file=None, row=None, column=None):
        self.file, self.row, self.column = file, row, column
        place = "，".join(
            str(part) for part in (file, f"第{row}行" if row else None, f"“{column}”列" if column else None) if part
        )
        super().__init__(f"{place}：{message}" if place else message)
