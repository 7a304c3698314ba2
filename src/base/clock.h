/*
 * clock.h - the one clock.
 *
 * Monotonic time drives leases, budgets and timings; wall time is only ever
 * written down.  A simulation replaces both (clock_simulate) and moves time by
 * hand; clock_sleep_ms() then moves it as well instead of sleeping.
 */
#ifndef CLOCK_H
#define CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int64_t clock_ns(void); /* monotonic */
int64_t clock_ms(void); /* monotonic */
int64_t clock_unix_ms(void);
void clock_sleep_ms(double ms);

/* "2026-11-24T17:16:08Z"; `out` holds at least 24 bytes. */
void clock_format(int64_t unix_ms, char *out, size_t size);

/* From now on time stands still at `start_ms` and only clock_advance_ms()
 * moves it.  false gives the real clock back. */
void clock_simulate(bool on, int64_t start_ms);
void clock_advance_ms(int64_t ms);

#endif
