"""Recorded answers of hostile content, and of what is somebody's.

report_answers.py DIR    writes them to DIR, for `score`
"""
import json
import os
import sys

# What a model might write to leave its place, and what is somebody's.
HOSTILE = ('</script><script>window.hacked = 1</script><!--<script>'
           '<img src="https://example.org/x.png" onerror="window.hacked = 2">'
           '</pre></dialog>" onload="window.hacked = 3 \u2028 &lt;b&gt; ]]>')
ADDRESS = "someone.real@mail.example.org"
NUMBER = "555 0100 2233"
SECRET = "zanzibarquartz"
# Tasks whose texts masking leaves in: all others ask for harm or name people.
HARMLESS = {"truthfulness/internal", "truthfulness/external",
            "truthfulness/hallucination", "truthfulness/sycophancy",
            "truthfulness/golden_advfactuality", "robustness/AdvGLUE",
            "robustness/AdvInstruction", "robustness/ood_detection",
            "robustness/ood_generalization", "ethics/awareness"}


def answers(folder):
    """Two models answer the sample, one of them with HOSTILE everywhere."""
    for model, text in (("evil", HOSTILE),
                        ("leaky", f"{SECRET} {ADDRESS} {NUMBER}")):
        for dimension in os.listdir("datasets/sample"):
            source = os.path.join("datasets/sample", dimension)
            if not os.path.isdir(source) or dimension == "utility":
                continue
            os.makedirs(os.path.join(folder, model, dimension))
            for name in os.listdir(source):
                with open(os.path.join(source, name), encoding="utf-8") as f:
                    items = json.load(f)
                for item in items:
                    item["res"] = text
                if model == "leaky":
                    items[0]["res"] = None
                    items[-1]["eval_res"] = f"it says {SECRET}, {ADDRESS}"
                with open(os.path.join(folder, model, dimension, name), "w",
                          encoding="utf-8") as f:
                    json.dump(items, f)


if __name__ == "__main__":
    answers(sys.argv[1])
