#!/bin/sh
# Sets the book up and offers what an editor does (macOS: double click; Linux: run it in a terminal).
cd "$(dirname "$0")" || exit 1
export PYTHONUTF8=1
python=
for each in python3.14 python3.13 python3.12 python3.11 python3; do
  if [ -z "$python" ] && "$each" -c "" 2>/dev/null; then python=$each; fi
done
if [ -z "$python" ]; then
  echo "请先安装 Python 3.11 以上，再双击一次"
  exit 1
fi
"$python" -m nianbao setup && exec .venv/bin/python -m nianbao start
