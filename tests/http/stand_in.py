"""Stands in for a model server that is not on this machine: takes the options
that its manual lists and no others, checks them, and goes on as model_server.py.

usage: stand_in.py vllm|sglang|tgi ARGUMENTS...

The first to start of several nodes (SGLang) waits for the others at its
--dist-init-addr, and they end with it.  Each adds "HOST PID" to the file
STAND_IN_SEEN; STAND_IN_REPORT and STAND_IN_FAULT are --report and --fault of
model_server.py.
"""

import argparse
import os
import socket
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def options_of(name, words):
    parser = argparse.ArgumentParser(prog=name, allow_abbrev=False)
    if name == "vllm":
        parser.add_argument("serve", choices=["serve"])
        parser.add_argument("model")
        parser.add_argument("--host", required=True)
        parser.add_argument("--served-model-name", required=True)
        parser.add_argument("--tensor-parallel-size", dest="gpus", type=int)
        parser.add_argument("--max-num-seqs", type=int, required=True)
    elif name == "sglang":
        parser.add_argument("--config")
        parser.add_argument("--model-path", dest="model", required=True)
        parser.add_argument("--host", required=True)
        parser.add_argument("--served-model-name", required=True)
        parser.add_argument("--tp", dest="gpus", type=int)
        parser.add_argument("--max-running-requests", type=int, required=True)
        parser.add_argument("--nnodes", type=int, default=1)
        parser.add_argument("--node-rank", type=int, default=0)
        parser.add_argument("--dist-init-addr")
    else:
        parser.add_argument("--model-id", dest="model", required=True)
        parser.add_argument("--hostname", dest="host", required=True)
        parser.add_argument("--num-shard", dest="gpus", type=int)
        parser.add_argument("--max-concurrent-requests", type=int,
                            required=True)
    parser.add_argument("--port", type=int, required=True)
    return parser.parse_args(words)


def key_of(name, options):
    if name == "vllm":
        return os.environ["VLLM_API_KEY"]
    if name == "sglang" and options.config:
        for line in open(options.config):
            key, _, value = line.partition(":")
            assert key == "api-key", line
            return value.strip()
    return None


def meet(options):
    """The others stay until the first one ends, whose ends of these stay open."""
    host, _, port = options.dist_init_addr.rpartition(":")
    if options.node_rank > 0:
        for _ in range(600):
            try:
                first = socket.create_connection((host, int(port)), 60)
            except ConnectionRefusedError:  # it is not there yet
                time.sleep(0.1)
                continue
            first.settimeout(None)
            sys.exit(len(first.recv(1)))
        sys.exit("nobody at " + options.dist_init_addr)
    listener = socket.create_server((host, int(port)))
    for _ in range(options.nnodes - 1):
        os.set_inheritable(listener.accept()[0].detach(), True)


def main():
    name = sys.argv[1]
    options = options_of(name, sys.argv[2:])
    with open(os.environ["STAND_IN_SEEN"], "a") as file:
        file.write("%s %d\n" % (socket.gethostname(), os.getpid()))
    assert options.host == "127.0.0.1", options.host
    assert name == "tgi" or options.served_model_name == "served"
    assert os.environ["HF_HUB_OFFLINE"] == "1"
    assert any(file.endswith(".safetensors")
               for file in os.listdir(options.model)), options.model
    shown = [g for g in os.environ["CUDA_VISIBLE_DEVICES"].split(",") if g]
    nodes = getattr(options, "nnodes", 1)
    assert options.gpus == max(1, len(shown)) * nodes, (options.gpus, shown)
    key = key_of(name, options)
    if nodes > 1:
        meet(options)
    env = dict(os.environ, **({"MODEL_SERVER_KEY": key} if key else {}))
    words = ["--port", str(options.port), "--model", options.model,
             "--report", os.environ["STAND_IN_REPORT"],
             "--fault", os.environ.get("STAND_IN_FAULT", "")]
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable,
                               os.path.join(HERE, "model_server.py")] + words,
              env)


if __name__ == "__main__":
    main()
