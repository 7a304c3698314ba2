/* Frames over pipes: whole ones only, and nothing that is none. */
#include "base/buffer.h"
#include "generate/pipe_frame.h"
#include "tests/unit/generate/asking.h"

#include <signal.h>

enum { BIG = 1000000 };

struct fixture {
    struct pipe_frame near;
    struct pipe_frame far;
};

static void make_raw(int to_far[2], int to_near[2])
{
    assert_int_equal(pipe(to_far), 0);
    assert_int_equal(pipe(to_near), 0);
}

static struct fixture make(void)
{
    struct fixture f;
    int to_far[2];
    int to_near[2];

    make_raw(to_far, to_near);
    pipe_frame_init(&f.near, to_near[0], to_far[1]);
    pipe_frame_init(&f.far, to_far[0], to_near[1]);
    return f;
}

static void release(struct fixture *f)
{
    pipe_frame_release(&f->near);
    pipe_frame_release(&f->far);
}

static void put(struct pipe_frame *at, enum frame_kind kind, const char *text)
{
    struct text body = { 0 };

    text_add(&body, text);
    pipe_frame_put(at, kind, &body);
    text_release(&body);
}

static void pump(struct pipe_frame *at)
{
    assert_int_equal(pipe_frame_pump(at, 0, NULL), 0);
}

/* The next frame is of this kind and holds this text. */
static void expect(struct pipe_frame *at,
                   enum frame_kind kind,
                   const char *text)
{
    struct error err = { 0 };
    enum frame_kind got = FRAME_NONE;
    const void *body = NULL;
    size_t len = 0;

    assert_int_equal(pipe_frame_get(at, &got, &body, &len, &err), 1);
    assert_int_equal(got, kind);
    assert_int_equal(len, strlen(text));
    assert_memory_equal(body, text, len);
}

static int try_get(struct pipe_frame *at, struct error *err)
{
    enum frame_kind kind;
    const void *body;
    size_t len;

    return pipe_frame_get(at, &kind, &body, &len, err);
}

static void there_and_back(void **state)
{
    struct fixture f = make();
    struct error err = { 0 };

    (void)state;
    put(&f.near, FRAME_CREATE, "sim:");
    put(&f.near, FRAME_REQUEST, "");
    put(&f.near, FRAME_CANCEL, "x");
    pump(&f.near);
    pump(&f.far);
    expect(&f.far, FRAME_CREATE, "sim:");
    expect(&f.far, FRAME_REQUEST, "");
    put(&f.far, FRAME_REPLY, "yes");
    /* a pump keeps what was not taken yet */
    pump(&f.far);
    expect(&f.far, FRAME_CANCEL, "x");
    assert_int_equal(try_get(&f.far, &err), 0);
    pump(&f.near);
    expect(&f.near, FRAME_REPLY, "yes");
    release(&f);
}

/* More than a pipe holds goes through in turns. */
static void a_big_one_in_pieces(void **state)
{
    struct fixture f = make();
    char *text = mem_alloc(BIG + 1, 1);
    struct error err = { 0 };
    int turns = 0;
    int rc = 0;

    (void)state;
    memset(text, 'b', BIG);
    put(&f.near, FRAME_REPLY, text);
    pump(&f.near);
    assert_true(f.near.writing.len > 0);
    pump(&f.far);
    assert_int_equal(try_get(&f.far, &err), 0);
    while (f.near.writing.len > 0 && turns++ < 1000) {
        pump(&f.near);
        pump(&f.far);
    }
    expect(&f.far, FRAME_REPLY, text);
    rc = try_get(&f.far, &err);
    assert_int_equal(rc, 0);
    free(text);
    release(&f);
}

/* Byte by byte: nothing comes before the last one. */
static void torn_frames_wait(void **state)
{
    int to_far[2];
    int to_near[2];
    struct pipe_frame far;
    struct text bytes = { 0 };
    struct error err = { 0 };

    (void)state;
    make_raw(to_far, to_near);
    pipe_frame_init(&far, to_far[0], to_near[1]);
    buffer_put_u32(&bytes, 3);
    buffer_put_u8(&bytes, FRAME_REPLY);
    text_add(&bytes, "abc");
    for (size_t i = 0; i < bytes.len; i++) {
        assert_int_equal(try_get(&far, &err), 0);
        assert_int_equal(write(to_far[1], bytes.data + i, 1), 1);
        pump(&far);
    }
    expect(&far, FRAME_REPLY, "abc");
    text_release(&bytes);
    pipe_frame_release(&far);
    (void)close(to_far[1]);
    (void)close(to_near[0]);
}

static void expect_refused(uint32_t len, uint8_t kind)
{
    int to_far[2];
    int to_near[2];
    struct pipe_frame far;
    struct text bytes = { 0 };
    struct error err = { 0 };

    make_raw(to_far, to_near);
    pipe_frame_init(&far, to_far[0], to_near[1]);
    buffer_put_u32(&bytes, len);
    buffer_put_u8(&bytes, kind);
    assert_int_equal(write(to_far[1], bytes.data, bytes.len), bytes.len);
    pump(&far);
    assert_int_equal(try_get(&far, &err), -1);
    assert_int_equal(err.code, ERR_FORMAT);
    text_release(&bytes);
    pipe_frame_release(&far);
    (void)close(to_far[1]);
    (void)close(to_near[0]);
}

static void what_is_no_frame_is_refused(void **state)
{
    (void)state;
    expect_refused((uint32_t)FRAME_MAX_LEN + 1, FRAME_REPLY);
    expect_refused(UINT32_MAX, FRAME_REPLY);
    expect_refused(1, FRAME_NONE);
    expect_refused(1, NUM_FRAME_KINDS);
    expect_refused(1, 255);
}

/* A last frame is read although its sender is gone. */
static void last_words_are_heard(void **state)
{
    struct fixture f = make();
    struct error err = { 0 };

    (void)state;
    put(&f.far, FRAME_BROKEN, "why");
    pump(&f.far);
    pipe_frame_release(&f.far);
    assert_int_equal(pipe_frame_pump(&f.near, 100, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    expect(&f.near, FRAME_BROKEN, "why");
    pipe_frame_release(&f.near);
}

/* Also when there is something to write that goes nowhere any more. */
static void last_words_are_heard_while_writing(void **state)
{
    struct fixture f = make();
    struct error err = { 0 };

    (void)state;
    put(&f.far, FRAME_BROKEN, "why");
    pump(&f.far);
    pipe_frame_release(&f.far);
    put(&f.near, FRAME_REQUEST, "late");
    assert_int_equal(pipe_frame_pump(&f.near, 100, &err), -1);
    assert_int_equal(err.code, ERR_IO);
    expect(&f.near, FRAME_BROKEN, "why");
    pipe_frame_release(&f.near);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(there_and_back),
        cmocka_unit_test(a_big_one_in_pieces),
        cmocka_unit_test(torn_frames_wait),
        cmocka_unit_test(what_is_no_frame_is_refused),
        cmocka_unit_test(last_words_are_heard),
        cmocka_unit_test(last_words_are_heard_while_writing),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
