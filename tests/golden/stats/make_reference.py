"""Makes reference.json: what SciPy says of random and degenerate input.

    python3 -m venv DIR && DIR/bin/pip install scipy==1.17.1
    DIR/bin/python tests/golden/stats/make_reference.py \
        >tests/golden/stats/reference.json

Only SciPy and NumPy are asked; where SciPy has no function of that name
(Hodges-Lehmann, Holm, Cliff's delta) its parts are put together here.
"""
import json
import math
import sys
import warnings

import numpy as np
import scipy
from scipy import stats

warnings.simplefilter("ignore")
rng = np.random.default_rng(20240105)


def number(value):
    value = float(value)
    return value if math.isfinite(value) else None


def series():
    """Pairs of series: smooth, with ties, constant, short, already ordered."""
    for n in (2, 3, 4, 5, 6, 7, 8, 13, 16, 40):
        x = rng.normal(size=n)
        yield x, 0.6 * x + rng.normal(size=n)
        yield rng.integers(0, 4, n).astype(float), rng.integers(0, 3, n).astype(float)
        yield np.arange(n, dtype=float), np.arange(n, dtype=float) ** 2
        yield x, -x
    yield np.ones(6), rng.normal(size=6)
    yield rng.normal(size=6), np.zeros(6)
    yield np.ones(3), np.ones(3)
    yield np.array([1.0]), np.array([2.0])
    yield np.array([]), np.array([])
    yield np.array([1e-9, 2e-9, 5e-9, 4e-9]), np.array([1e9, 2e9, 4e9, 3e9])


def coefficient(function, x, y):
    if len(x) < 2 or len(set(x)) < 2 or len(set(y)) < 2:
        return None
    return number(function(x, y)[0])


def exact_p(function, x, y):
    """All orders of y; only of short series."""
    if len(x) > 7 or coefficient(function, x, y) is None:
        return None
    test = stats.permutation_test(
        (y,), lambda other: function(x, other)[0], permutation_type="pairings",
        n_resamples=np.inf, alternative="two-sided", vectorized=False)
    # SciPy doubles the smaller tail; ours counts both tails by |r|.
    null = np.abs(test.null_distribution)
    return number(np.mean(null >= abs(test.statistic) - 1e-10))


def correlations():
    functions = {"pearson": stats.pearsonr, "spearman": stats.spearmanr,
                 "kendall": stats.kendalltau}
    for x, y in series():
        case = {"x": list(x), "y": list(y)}
        for name, function in functions.items():
            case[name] = coefficient(function, x, y)
            case[name + "_p"] = exact_p(function, x, y)
        yield case


def intervals():
    """BCa intervals of correlations; within Monte Carlo error."""
    for n in (13, 16, 30):
        x = rng.normal(size=n)
        y = 0.7 * x + 0.7 * rng.normal(size=n)
        case = {"x": list(x), "y": list(y)}
        for name, function in (("pearson", stats.pearsonr),
                               ("spearman", stats.spearmanr)):
            interval = stats.bootstrap(
                (x, y), lambda a, b: function(a, b)[0], paired=True,
                vectorized=False, method="BCa", n_resamples=20000,
                random_state=rng).confidence_interval
            case[name] = [number(interval.low), number(interval.high)]
        yield case


def pearson_rows(x, y):
    """Row by row; NaN where one is constant."""
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    square = (x * x).sum(axis=1) * (y * y).sum(axis=1)
    with np.errstate(all="ignore"):
        r = (x * y).sum(axis=1) / np.sqrt(square)
    return np.where(square > 1e-24, r, np.nan)


def spearman_rows(x, y):
    return pearson_rows(stats.rankdata(x, axis=1), stats.rankdata(y, axis=1))


def kendall_rows(x, y):
    dx = np.sign(x[:, :, None] - x[:, None, :])
    dy = np.sign(y[:, :, None] - y[:, None, :])
    square = (dx * dx).sum(axis=(1, 2)) * (dy * dy).sum(axis=(1, 2))
    with np.errstate(all="ignore"):
        return (dx * dy).sum(axis=(1, 2)) / np.sqrt(square)


def bca_ends(values, value, left_out, slack):
    """Efron 1987, from SciPy's normal law; each end as [least, most]: `slack` is
    how many standard errors 10,000 draws may lie beside these."""
    below = np.mean(values < value - 1e-12)
    below += np.mean(np.abs(values - value) <= 1e-12) / 2
    off = left_out.mean() - left_out
    square = (off ** 2).sum()
    skew = (off ** 3).sum() / (6 * square ** 1.5) if square > 1e-24 else 0.0
    if math.isnan(skew):
        skew = 0.0
    n = 10000
    below_error = slack * math.sqrt(below * (1 - below) / n)
    ends = []
    for tail in (0.025, 0.975):
        shares = []
        for share in (below - below_error, below + below_error):
            bias = stats.norm.ppf(min(max(share, 0.5 / n), 1 - 0.5 / n))
            z = bias + stats.norm.ppf(tail)
            p = stats.norm.cdf(bias + z / (1 - skew * z))
            error = slack * math.sqrt(max(p * (1 - p), 1 / n) / n)
            shares += [p - error, p + error]
        ends.append([number(np.quantile(values, min(max(share, 0), 1)))
                     for share in (min(shares), max(shares))])
    return ends


def bca_of(rows, x, y):
    """None: fewer than 3 cases, no value, or over a tenth of the draws has none.
    All draws there are, up to 6 cases."""
    n = len(x)
    if n < 3 or not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    value = rows(x[None], y[None])[0]
    if math.isnan(value):
        return None
    if n <= 6:
        draws = np.indices((n,) * n).reshape(n, -1).T
    else:
        draws = rng.integers(0, n, (100000, n))
    values = rows(x[draws], y[draws])
    lost = np.isnan(values).mean()
    assert not 0.09 < lost < 0.11, lost
    if lost > 0.1:
        return None
    values = values[~np.isnan(values)]
    if np.ptp(values) == 0:
        return [[number(value)] * 2] * 2
    others = np.array([[k for k in range(n) if k != i] for i in range(n)])
    return bca_ends(values, value, rows(x[others], y[others]), 5)


def check_bca(rows):
    """What is put together above is what SciPy makes of the same draws."""
    x = rng.normal(size=13)
    y = 0.7 * x + 0.7 * rng.normal(size=13)
    result = stats.bootstrap(
        (x, y), lambda a, b, axis=-1: rows(np.atleast_2d(a), np.atleast_2d(b)),
        paired=True, vectorized=True, method="BCa", n_resamples=5000,
        random_state=rng)
    others = np.array([[k for k in range(13) if k != i] for i in range(13)])
    ends = bca_ends(result.bootstrap_distribution.ravel(),
                    rows(x[None], y[None])[0], rows(x[others], y[others]), 0)
    theirs = result.confidence_interval
    for ours, their in zip(ends, (theirs.low, theirs.high)):
        assert abs(ours[0] - float(np.ravel(their)[0])) < 1e-9, (ours, their)


def small_intervals():
    """BCa of few, tied, constant and missing cases."""
    kinds = {"pearson": (pearson_rows, stats.pearsonr),
             "spearman": (spearman_rows, stats.spearmanr),
             "kendall": (kendall_rows, stats.kendalltau)}
    for rows, _ in kinds.values():
        check_bca(rows)
    cases = []
    for n in (0, 1, 2, 3, 4, 5, 6, 7, 8, 13):
        x = rng.normal(size=n)
        cases.append((x, 0.5 * x + rng.normal(size=n)))
        cases.append((rng.integers(0, 4, n).astype(float),
                      rng.integers(0, 3, n).astype(float)))
        cases.append((np.arange(n, dtype=float), np.arange(n, dtype=float) ** 2))
        cases.append((np.ones(n), x))
        if n > 3:
            gap = x.copy()
            gap[1] = np.nan
            cases.append((gap, x))
    for x, y in cases:
        case = {"x": [number(v) for v in x], "y": [number(v) for v in y]}
        for name, (rows, function) in kinds.items():
            case[name] = bca_of(rows, x, y)
            if case[name]:
                assert abs(rows(x[None], y[None])[0] - function(x, y)[0]) < 1e-12
        yield case


def hodges_lehmann(x, y):
    differences = np.sort(np.subtract.outer(x, y).ravel())
    if len(differences) == 0:
        return None, None, None, None
    value = np.median(differences)
    # P(U <= u) of samples without ties, from SciPy's exact test
    cut = 0
    level = None
    for u in range(len(differences)):
        below = rank_sum_cdf(len(x), len(y), u)
        if below > 0.025:
            break
        cut = u + 1
        level = 1 - 2 * below
    if cut == 0:
        return value, None, None, None
    return value, differences[cut - 1], differences[-cut], level


cdfs = {}


def rank_sum_cdf(m, n, u):
    """P(U <= u), by the one-sided exact test of samples that have that U."""
    if (m, n) not in cdfs:
        cdfs[m, n] = {}
    if u not in cdfs[m, n]:
        # x among y = 1, 2, ..., n so that U (pairs with x > y) is u
        x, left = [], u
        for i in range(m):
            over = min(n, left)
            left -= over
            x.append(over + 0.5 + 1e-4 * i)
        y = np.arange(1, n + 1, dtype=float)
        test = stats.mannwhitneyu(x, y, alternative="less", method="exact")
        assert test.statistic == u, (test.statistic, u)
        cdfs[m, n][u] = test.pvalue
    return cdfs[m, n][u]


def groups():
    for m, n in ((4, 12), (4, 8), (2, 3), (3, 3), (1, 5), (6, 7), (2, 2), (0, 4)):
        for kind in ("smooth", "ties", "apart", "equal"):
            x, y = rng.normal(size=m), rng.normal(0.5, size=n)
            if kind == "ties":
                x, y = np.round(x), np.round(y)
            if kind == "apart":
                x, y = x - 100, y + 100
            if kind == "equal":
                x, y = np.ones(m), np.ones(n)
            value, low, high, level = hodges_lehmann(x, y)
            case = {"x": list(x), "y": list(y),
                    "shift": [None if v is None else number(v)
                              for v in (value, low, high, level)]}
            if m > 1 and n > 1:
                u = stats.mannwhitneyu(x, y).statistic
                case["delta"] = number(2 * u / (m * n) - 1)
                test = stats.permutation_test(
                    (x, y), lambda a, b: np.mean(a) - np.mean(b),
                    permutation_type="independent", n_resamples=np.inf,
                    vectorized=False)
                null = np.abs(test.null_distribution)
                case["p"] = number(np.mean(null >= abs(test.statistic) - 1e-10))
            yield case


def flips():
    for n in (1, 2, 3, 5, 8, 12):
        for kind in ("smooth", "ties", "some"):
            parts = rng.normal(0.4, size=n)
            if kind == "ties":
                parts = np.sign(parts)
            if kind == "some":
                parts = np.where(rng.random(n) < 0.5, 0.0, parts)
            moving = parts[parts != 0]
            p = 1.0
            if len(moving) > 1:
                test = stats.permutation_test(
                    (moving,), lambda a: np.sum(a), permutation_type="samples",
                    n_resamples=np.inf, vectorized=False)
                null = np.abs(test.null_distribution)
                p = np.mean(null >= abs(test.statistic) - 1e-12)
            yield {"parts": list(parts), "p": number(p)}
    parts = rng.normal(0.05, size=400)
    z = np.sum(parts) / np.sqrt(np.sum(parts ** 2))
    yield {"parts": list(parts), "p": number(2 * stats.norm.sf(abs(z)))}


def multiples():
    for p in (rng.random(8), rng.random(8) ** 4, np.array([0.01, 0.01, 0.04, 1.0]),
              np.array([0.02]), np.array([]), np.array([0.5, np.nan, 0.01, np.nan, 0.03])):
        there = p[~np.isnan(p)]
        adjusted = np.full(len(p), np.nan)
        holm = np.full(len(p), np.nan)
        if len(there):
            adjusted[~np.isnan(p)] = stats.false_discovery_control(there)
            order = np.argsort(there, kind="stable")
            steps = np.maximum.accumulate(
                there[order] * (len(there) - np.arange(len(there))))
            back = np.empty(len(there))
            back[order] = np.minimum(1, steps)
            holm[~np.isnan(p)] = back
        yield {"p": [number(v) for v in p], "holm": [number(v) for v in holm],
               "bh": [number(v) for v in adjusted]}


def ranks():
    for x in (rng.normal(size=9), rng.integers(0, 4, 12).astype(float),
              np.ones(4), np.array([2.0]), np.array([]),
              np.array([0.5, np.nan, 0.9, 0.5, np.nan, 0.1])):
        there = ~np.isnan(x)
        up, down = np.full(len(x), np.nan), np.full(len(x), np.nan)
        up[there] = stats.rankdata(-x[there], "min")
        down[there] = stats.rankdata(x[there], "min")
        yield {"x": [number(v) for v in x], "high": [number(v) for v in up],
               "low": [number(v) for v in down],
               "average": [number(v) for v in stats.rankdata(x)]
               if there.all() else None}


def trends():
    for n in (2, 3, 4, 6, 10, 20):
        for kind in ("smooth", "ties", "step", "constant"):
            y = 0.2 * np.arange(n) + rng.normal(size=n)
            if kind == "ties":
                y = np.round(y)
            if kind == "step":
                y = np.where(np.arange(n) < n // 2, 0.0, 3.0) + 0.1 * y
            if kind == "constant":
                y = np.ones(n)
            x = np.arange(n, dtype=float)
            case = {"x": list(x), "y": list(y),
                    "slope": number(stats.theilslopes(y, x)[0])}
            # Pettitt: U_t by definition, from signs
            u = [sum(np.sign(y[i] - y[k]) for i in range(t) for k in range(t, n))
                 for t in range(1, n)]
            case["pettitt"] = number(max(abs(v) for v in u))
            yield case


def shares():
    """Wilson's interval of hits of num: every one of few, some of many."""
    cases = [(hits, num) for num in range(1, 13) for hits in range(num + 1)]
    cases += [(hits, num) for num in (100, 1172, 14042)
              for hits in (0, 1, num // 4, num // 2, num - 1, num)]
    for hits, num in cases:
        it = stats.binomtest(hits, num).proportion_ci(method="wilson")
        yield {"hits": hits, "num": num, "low": number(it.low),
               "high": number(it.high)}


def main():
    json.dump({
        "source": "SciPy %s, NumPy %s, Python %s; make_reference.py beside it"
                  % (scipy.__version__, np.__version__, sys.version.split()[0]),
        "correlations": list(correlations()),
        "intervals": list(intervals()),
        "groups": list(groups()),
        "flips": list(flips()),
        "multiples": list(multiples()),
        "ranks": list(ranks()),
        "trends": list(trends()),
        "shares": list(shares()),
        "small_intervals": list(small_intervals()),
    }, sys.stdout, indent=None, separators=(",", ":"))
    print()


main()
