"""The method once more, a point at a time, by dense least squares with an intercept and dummy columns."""

import numpy as np


def regression(counts, times, seasons, offset, prior, with_trend):
    """Coefficients, fitted means, and the last working weights, as a general program finds them."""
    columns = [np.ones(len(counts))]
    if with_trend:
        columns.append(times)
    columns += [(seasons == season).astype(float) for season in sorted(set(seasons))[1:]]
    design = np.column_stack(columns)
    means = counts + 0.1
    eta, deviance = np.log(means), np.inf
    for _ in range(25):
        weights = prior * means
        root = np.sqrt(weights)
        working = eta - offset + (counts - means) / means
        beta = np.linalg.lstsq(design * root[:, None], working * root, rcond=None)[0]
        eta = design @ beta + offset
        means = np.exp(eta)
        own = np.where(counts > 0, counts * np.log(np.where(counts > 0, counts, 1) / means), 0)
        before, deviance = deviance, 2 * (prior * (own - counts + means)).sum()
        if abs(deviance - before) / (abs(deviance) + 0.1) < 1e-8:
            break
    return design, beta, means, weights


def expectation(counts, times, seasons, offset, now, threshold=2.58, with_trend=True):
    """(mean, standard error of its logarithm, dispersion) at `now` = (time, log exposure), outliers weighed down."""
    freedom = len(counts) - len(set(seasons)) - with_trend
    design, _, means, weights = regression(counts, times, seasons, offset, np.ones(len(counts)), with_trend)
    dispersion = max(1, (weights * ((counts - means) / means) ** 2).sum() / freedom)
    q = np.linalg.qr(design * np.sqrt(weights)[:, None])[0]
    residuals = 1.5 * (counts ** (2 / 3) * means ** (-1 / 6) - means**0.5)
    residuals /= np.sqrt(dispersion * (1 - (q**2).sum(axis=1)))
    prior = np.where(residuals > threshold, residuals**-2, 1)
    prior *= len(prior) / prior.sum()
    design, beta, means, weights = regression(counts, times, seasons, offset, prior, with_trend)
    squares = ((counts - means) / means) ** 2
    row = np.zeros(design.shape[1])
    row[0] = 1
    if with_trend:
        row[1] = now[0]
    if len(set(seasons)) > 1:
        row[-1] = 1
    covariance = np.linalg.inv((design * weights[:, None]).T @ design)
    error = np.sqrt((prior * squares).sum() / freedom * (row @ covariance @ row))
    return np.exp(row @ beta + now[1]), error, max(1, (weights * squares).sum() / freedom)
