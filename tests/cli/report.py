"""What tests/cli/report.sh looks for in a report.

report.py look DIR       the pages in DIR, in a browser
report.py full PAGE      a page of 16 models and all ranked columns
"""
import os
import sys

import browser
from report_drawn import look_access, look_gaps, look_narrow, look_one
from report_files import look_full, look_odd, look_several
from report_texts import (look_cut, look_hostile, look_lack, look_sentences,
                          look_texts, look_words)
from report_use import look_demo, look_keys


def look(folder):
    look_texts(folder)
    look_cut(f"{folder}/cut.html")
    look_words(folder)
    if not browser.find():
        print("no chromium")
        sys.exit(77)
    look_demo(f"{folder}/demo.html", "demo")
    if os.path.exists(f"{folder}/older.html"):
        look_demo(f"{folder}/older.html", "older")
        look_gaps(f"{folder}/older.html")
    look_keys(f"{folder}/demo.html")
    look_narrow(f"{folder}/demo.html")
    look_narrow(f"{folder}/several.html")
    look_access(f"{folder}/demo.html")
    look_gaps(f"{folder}/demo.html")
    look_gaps(f"{folder}/masked.html")
    look_sentences(f"{folder}/demo.html")
    look_lack(f"{folder}/one.html")
    look_odd(f"{folder}/odd.html")
    look_one(f"{folder}/one.html")
    look_several(f"{folder}/several.html")
    look_hostile(f"{folder}/full.html")


if __name__ == "__main__":
    {"look": look, "full": look_full}[sys.argv[1]](sys.argv[2])
