/*
 * run_owner_mark.h - what stands in owner.json and in the marks of
 * run_presence.h, and whether its writer lives.  Private to these two.
 */
#ifndef RUN_OWNER_MARK_H
#define RUN_OWNER_MARK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cJSON;
struct error;
struct text;

enum {
    RUN_OWNER_TOUCH_MS = 5000,
    /* without a touch for so long, one of another machine may be dead */
    RUN_OWNER_SILENCE_MS = 180 * 1000,
    /* ... and is, when it is not touched while watched for so long */
    RUN_OWNER_WATCH_MS = 12 * 1000,
};

/* Of this process, now; json_free(). */
struct cJSON *run_owner_mark_json(void);
/* Its text. */
void run_owner_mark_write(struct text *out);

enum run_owner_sign {
    RUN_OWNER_NONE, /* no mark, or of a dead one */
    RUN_OWNER_LIVES,
    RUN_OWNER_SILENT, /* nothing heard for too long: watch it */
    RUN_OWNER_TORN,   /* not whole yet: look again */
};

/*
 * now_ms    by the clock of the file system
 * touched   when it was last touched, by the same
 * who       for people: process, host, batch job, since when, last heard of
 */
enum run_owner_sign run_owner_mark_judge(const char *path,
                                         int64_t now_ms,
                                         int64_t *touched_ns,
                                         struct text *who);

#endif
