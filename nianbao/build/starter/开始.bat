@echo off
rem Sets the book up and offers what an editor does. The text of the program itself is in UTF-8.
chcp 65001 >nul
set PYTHONUTF8=1
cd /d "%~dp0"
set PY=py -3
%PY% -c "" >nul 2>nul || set PY=python
%PY% -c "" >nul 2>nul || goto nopython
if exist .venv\.ready goto ready
%PY% -m venv .venv || goto failed
".venv\Scripts\python.exe" -m pip install --disable-pip-version-check -r requirements.txt || goto failed
type nul > .venv\.ready
:ready
".venv\Scripts\python.exe" -m nianbao start
goto end
:nopython
echo Python 3.11+ is needed: https://www.python.org/downloads/windows/
echo 请先安装 Python 3.11 以上，再双击一次
:failed
echo.
:end
pause
