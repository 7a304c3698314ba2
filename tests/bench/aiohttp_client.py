"""A Python asynchronous client, to compare the http backend with.

usage: aiohttp_client.py URL PROMPTS CONCURRENT MAX_TOKENS

PROMPTS  JSON lines, each a text.  Asks for a chat completion of each, so many
at once, and prints one JSON line as bench_generate_served does.
"""

import asyncio
import json
import resource
import sys
import time

import aiohttp


async def ask(session, url, prompt, max_tokens, counts):
    body = {"model": "served", "temperature": 0, "max_tokens": max_tokens,
            "messages": [{"role": "user", "content": prompt}],
            "cache_prompt": False}
    async with session.post(url, json=body) as response:
        answer = await response.json()
        response.raise_for_status()
    counts["items"] += 1
    counts["reply_tokens"] += answer["usage"]["completion_tokens"]
    return answer["choices"][0]["message"]["content"]


async def main(url, prompts, concurrent, max_tokens):
    counts = {"items": 0, "reply_tokens": 0}
    queue = iter(prompts)
    connector = aiohttp.TCPConnector(limit=concurrent)

    async def work(session):
        for prompt in queue:
            await ask(session, url, prompt, max_tokens, counts)

    async with aiohttp.ClientSession(connector=connector) as session:
        cpu = time.process_time()
        began = time.monotonic()
        await asyncio.gather(*(work(session) for _ in range(concurrent)))
        counts["seconds"] = time.monotonic() - began
        counts["cpu_s"] = time.process_time() - cpu
    counts["peak_mib"] = resource.getrusage(
        resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(counts))


asyncio.run(main(sys.argv[1] + "/chat/completions",
                 [json.loads(line) for line in open(sys.argv[2])],
                 int(sys.argv[3]), int(sys.argv[4])))
