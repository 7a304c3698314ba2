"""Whether inspect_ai reads the logs below the folders that are named."""
import glob
import sys

from inspect_ai.log import read_eval_log

total = 0
for folder in sys.argv[1:]:
    paths = glob.glob(f"{folder}/*/*.json")
    assert paths, folder
    for path in paths:
        log = read_eval_log(path)
        assert log.status == "success" and log.samples, path
        assert log.eval.task.startswith("trustllm/"), log.eval.task
        for sample in log.samples:
            assert sample.input, path
            assert sample.messages[0].role == "user"
            if sample.metadata["state"] == "answered":
                assert sample.output.completion == sample.messages[1].text
            assert sample.scores is not None
        total += len(log.samples)
print(f"Inspect read {total} samples")
