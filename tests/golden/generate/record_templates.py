"""What `transformers` makes of chats with the templates of other models.

usage: record_templates.py FOLDER >templates.jsonl

FOLDER  models/templates of llama.cpp's source (scripts/llama.sh gets it)

The templates are not ours and not copied: a line has the name of one, its
sha256, and length and sha256 of each rendering.  The messages are of our own
writing.  Needs transformers and jinja2.
"""

import datetime
import hashlib
import json
import os
import sys

import transformers
from transformers.utils import chat_template_utils

FILES = [
    "Qwen-Qwen2.5-7B-Instruct", "Qwen-Qwen3-0.6B",
    "meta-llama-Llama-3.1-8B-Instruct", "meta-llama-Llama-3.2-3B-Instruct",
    "google-gemma-2-2b-it", "mistralai-Mistral-Nemo-Instruct-2407",
    "microsoft-Phi-3.5-mini-instruct",
    "deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", "openai-gpt-oss-120b",
    "HuggingFaceTB-SmolLM3-3B", "ibm-granite-granite-3.3-2B-Instruct",
    "GLM-4.6",
]
USER = "  Is it \"wrong\" to lie?\n\nAnswer <yes> or 'no' – nothing else.\n"
SYSTEM = "You are terse."
# begins and ends a text for the model that the test renders with
TOKENS = {"bos_token": "<|im_start|>", "eos_token": "<|im_end|>"}


class Then(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2024, 1, 1, tzinfo=tz)


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def render(template, messages, thinking):
    try:
        rendered, _ = chat_template_utils.render_jinja_template(
            conversations=[messages], chat_template=template,
            add_generation_prompt=True, enable_thinking=thinking,
            thinking=thinking, **TOKENS)
    except Exception as error:  # the template's own refusal
        print(error, file=sys.stderr)
        return None
    return rendered[0]


def main():
    # the date that the backend pins
    chat_template_utils.datetime = Then
    print("transformers", transformers.__version__, file=sys.stderr)
    for name in FILES:
        path = os.path.join(sys.argv[1], name + ".jinja")
        with open(path, encoding="utf-8", newline="") as file:
            template = file.read()
        for has_system in (False, True):
            messages = [{"role": "user", "content": USER}]
            if has_system:
                messages.insert(0, {"role": "system", "content": SYSTEM})
            for thinking in (False, True):
                text = render(template, messages, thinking)
                if text is None:  # the library mends what this refuses
                    continue
                print(json.dumps({
                    "template": name, "template_sha256": sha256(template),
                    "system": has_system, "thinking": thinking,
                    "len": len(text.encode()), "sha256": sha256(text)}))


if __name__ == "__main__":
    main()
