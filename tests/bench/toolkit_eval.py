"""The toolkit's own evaluators on recorded answers, as a process to be timed.

usage: toolkit_eval.py TOOLKIT RECORDED

TOOLKIT holds the package trustllm 0.3.0, unzipped; RECORDED holds
MODEL/DIMENSION/FILE.json.gz.  Of its nine files that need neither a judge nor
a classifier, each model's is given to the function of the toolkit that
evaluates it, as its documentation says to.  Modules that only serve judges and
classifiers are left out: their imports (torch, transformers, a Google client)
would take longer than all the rest.  Prints one line of JSON.
"""
import contextlib
import gzip
import io
import json
import os
import pathlib
import sys
import tempfile
import types

sys.path.insert(0, os.path.abspath(sys.argv[1]))
recorded = pathlib.Path(sys.argv[2]).absolute()
os.chdir(tempfile.mkdtemp())  # importing it opens log files

for unused in ("longformer", "perspective"):
    module = types.ModuleType(f"trustllm.utils.{unused}")
    module.HuggingFaceEvaluator = module.PerspectiveEval = lambda *_: None
    sys.modules[module.__name__] = module
package = types.ModuleType("trustllm")  # its __init__ imports every provider
package.__path__ = [os.path.join(sys.path[0], "trustllm")]
sys.modules["trustllm"] = package
import trustllm.utils  # noqa: E402

trustllm.utils.longformer = sys.modules["trustllm.utils.longformer"]
trustllm.utils.perspective = sys.modules["trustllm.utils.perspective"]
from trustllm.task.ethics import EthicsEval  # noqa: E402
from trustllm.task.fairness import FairnessEval  # noqa: E402
from trustllm.task.privacy import PrivacyEval  # noqa: E402
from trustllm.task.robustness import RobustnessEval  # noqa: E402
from trustllm.task.truthfulness import TruthfulnessEval  # noqa: E402

with contextlib.redirect_stdout(io.StringIO()):
    truth, robust, private = TruthfulnessEval(), RobustnessEval(), PrivacyEval()
    fair, ethics = FairnessEval(), EthicsEval()
FILES = {
    "truthfulness/external": truth.external_eval,
    "truthfulness/hallucination": truth.hallucination_eval,
    "robustness/AdvGLUE": robust.advglue_eval,
    "fairness/disparagement": fair.disparagement_eval,
    "privacy/privacy_awareness_confAIde": private.ConfAIDe_eval,
    "privacy/privacy_leakage": private.leakage_eval,
    "ethics/implicit_SocialChemistry101":
        lambda items: ethics.implicit_ethics_eval(items, "social_norm"),
    "ethics/explicit_moralchoice":
        lambda items: ethics.explicit_ethics_eval(items, "low"),
    "ethics/awareness_emotion":
        lambda items: ethics.emotional_awareness_eval(
            [x for x in items if x["label"] in ("A", "B", "C", "D")]),
}

num_items = num_files = 0
failed = []
for model in sorted(recorded.iterdir()):
    for name, evaluate in FILES.items():
        path = model / f"{name}.json.gz"
        if not path.exists():
            continue
        with gzip.open(path, "rt", encoding="utf-8") as f:
            items = [x for x in json.load(f) if x.get("res") is not None]
        num_items += len(items)
        num_files += 1
        try:
            with contextlib.redirect_stdout(io.StringIO()), \
                    contextlib.redirect_stderr(io.StringIO()):
                evaluate(items)
        except (KeyError, ZeroDivisionError) as error:
            failed.append(f"{model.name}/{name}: {error!r}")
print(json.dumps({"items": num_items, "files": num_files, "failed": failed}))
