/* SPDX-License-Identifier: MIT */
/* The store of secrets: what comes back, and everything that must not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "crypto_seal.h"
#include "secret_directory.h"
#include "secret_store.h"
#include "text.h"
#include "thread.h"

static const char secret[] = "s3cr~t-+/=&%41 with a blank";

struct scratch {
    char state[64], secrets[96], file[160], key[160], link[160];
};

static char found[SECRET_FILE_SIZE], why[1024];

static int make_scratch(void **state)
{
    static struct scratch scratch;
    const char *base = getenv("TMPDIR");

    snprintf(scratch.state, sizeof scratch.state, "%s/milink-XXXXXX",
             base != NULL && strlen(base) < 40 ? base : "/tmp");
    if (mkdtemp(scratch.state) == NULL)
        return -1;
    snprintf(scratch.secrets, sizeof scratch.secrets, "%s/secrets", scratch.state);
    snprintf(scratch.file, sizeof scratch.file, "%s/secret-arm.sealed", scratch.secrets);
    snprintf(scratch.key, sizeof scratch.key, "%s/key", scratch.secrets);
    snprintf(scratch.link, sizeof scratch.link, "%s/secret-link.sealed", scratch.secrets);
    *state = &scratch;
    return 0;
}

static unsigned count_files(const char *path, bool remove)
{
    DIR *directory = opendir(path);
    struct dirent *entry = NULL;
    unsigned count = 0;
    char file[512];

    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        snprintf(file, sizeof file, "%s/%s", path, entry->d_name);
        if (remove)
            unlink(file);
    }
    if (directory != NULL)
        closedir(directory);
    return count;
}

static int remove_scratch(void **state)
{
    struct scratch *scratch = *state;

    count_files(scratch->secrets, true);
    rmdir(scratch->secrets);
    unlink(scratch->secrets);
    return rmdir(scratch->state);
}

static bool get(const struct scratch *scratch, const char *name)
{
    bool got = secret_store_get(scratch->state, name, found, why, sizeof why);

    assert_true(got == (found[0] != '\0'));
    return got;
}

static void set(const struct scratch *scratch, const char *name, const char *value)
{
    if (!secret_store_set(scratch->state, name, value, why, sizeof why))
        fail_msg("secret %s %s", name, why);
}

static void refused(const struct scratch *scratch, const char *name, const char *text)
{
    assert_false(get(scratch, name));
    if (strstr(why, text) == NULL)
        fail_msg("wanted: %s\ngot: %s", text, why);
    assert_null(strstr(why, "s3cr~t"));
}

static size_t read_file(const char *path, uint8_t *bytes, size_t size)
{
    FILE *file = fopen(path, "rb");
    size_t length = 0;

    assert_non_null(file);
    length = fread(bytes, 1, size, file);
    fclose(file);
    return length;
}

static void write_file(const char *path, const uint8_t *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* ---- what comes back ---- */

/* What a set that was killed left behind goes with the next one; what another is just writing
 * stays. */
static void test_leftovers(void **state)
{
    const struct scratch *scratch = *state;
    const struct timespec old[] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
    char left[160], fresh[160], other[160];

    set(scratch, "arm", secret);
    snprintf(left, sizeof left, "%s/key.1.part", scratch->secrets);
    snprintf(fresh, sizeof fresh, "%s/secret-arm.sealed.2.part", scratch->secrets);
    snprintf(other, sizeof other, "%s/part", scratch->secrets);
    write_file(left, (const uint8_t *)"k", 1);
    write_file(fresh, (const uint8_t *)"s", 1);
    write_file(other, (const uint8_t *)"o", 1);
    assert_int_equal(utimensat(AT_FDCWD, left, old, 0), 0);
    assert_int_equal(utimensat(AT_FDCWD, other, old, 0), 0);
    set(scratch, "arm", secret);
    assert_int_not_equal(access(left, F_OK), 0);
    assert_int_equal(access(fresh, F_OK), 0);
    assert_int_equal(access(other, F_OK), 0);
    assert_true(get(scratch, "arm"));
    assert_string_equal(found, secret);
}

static void test_round(void **state)
{
    struct scratch *scratch = *state;
    char longest[SECRET_FILE_SIZE];

    refused(scratch, "arm", "is not set (milink-agent secret set arm)");
    set(scratch, "arm", secret);
    assert_true(get(scratch, "arm"));
    assert_string_equal(found, secret);
    assert_true(get(scratch, "ARM")); /* case does not count */
    set(scratch, "Arm", "x");
    assert_true(get(scratch, "arm"));
    assert_string_equal(found, "x");
    memset(longest, '~', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    set(scratch, "arm", longest);
    assert_true(get(scratch, "arm"));
    assert_string_equal(found, longest);
    assert_int_equal(count_files(scratch->secrets, false), 2); /* with the key; no half file */
}

static void test_names(void **state)
{
    static const char *const bad[] = {"",         "a/b", "../x", "a b", "a\nb",
                                      "\xC3\xBC", "a:b", "a\\b", "%41", "*"};
    struct scratch *scratch = *state;
    char name[SECRET_NAME_SIZE + 1];

    memset(name, 'n', sizeof name);
    name[SECRET_NAME_SIZE - 1] = '\0';
    set(scratch, name, secret);
    assert_true(get(scratch, name));
    set(scratch, "..", secret); /* no path of it: a prefix and a suffix are around it */
    assert_true(get(scratch, ".."));
    name[SECRET_NAME_SIZE - 1] = 'n';
    name[SECRET_NAME_SIZE] = '\0';
    refused(scratch, name, "has no valid name");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        refused(scratch, bad[i], "has no valid name; it must be 1 to 64 characters of");
        assert_false(secret_store_set(scratch->state, bad[i], secret, why, sizeof why));
        assert_false(secret_store_remove(scratch->state, bad[i], why, sizeof why));
    }
}

static void test_values(void **state)
{
    static const char *const bad[] = {"", "two\nlines", "one\n", "tab\t", "\xC3\xBC", "\x7F"};
    struct scratch *scratch = *state;
    char longer[SECRET_FILE_SIZE + 1];

    memset(longer, 'x', sizeof longer);
    longer[sizeof longer - 1] = '\0';
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(secret_store_set(scratch->state, "arm", bad[i], why, sizeof why));
        assert_string_equal(why, "must be one line of 1 to 4096 printable ASCII characters");
    }
    assert_false(secret_store_set(scratch->state, "arm", longer, why, sizeof why));
    refused(scratch, "arm", "is not set");
}

static void take_name(void *context, const char *name, uint64_t set_ms)
{
    char *names = context;

    assert_true(set_ms > 1700000000000u);
    text_append(names, 256, name);
    text_append(names, 256, " ");
}

static void test_list_and_remove(void **state)
{
    struct scratch *scratch = *state;
    char names[256] = "", path[256];

    assert_true(secret_store_list(scratch->state, take_name, names, why, sizeof why));
    assert_string_equal(names, "");
    set(scratch, "proxy", "a");
    set(scratch, "arm", "b");
    set(scratch, "Key", "c");
    snprintf(path, sizeof path, "%s/secret-.sealed", scratch->secrets);
    write_file(path, (const uint8_t *)"", 0);
    snprintf(path, sizeof path, "%s/note", scratch->secrets);
    write_file(path, (const uint8_t *)"", 0);
    assert_true(secret_store_list(scratch->state, take_name, names, why, sizeof why));
    assert_string_equal(names, "arm key proxy ");
    assert_true(secret_store_remove(scratch->state, "ARM", why, sizeof why));
    assert_false(secret_store_remove(scratch->state, "arm", why, sizeof why));
    assert_string_equal(why, "is not set");
    refused(scratch, "arm", "is not set");
    assert_true(get(scratch, "proxy"));
}

/* ---- what must not ---- */

/* Nothing of the secret stands in the file, and no bit of it can be changed. */
static void test_tampered(void **state)
{
    struct scratch *scratch = *state;
    uint8_t bytes[256], changed[256];
    size_t length = 0;

    set(scratch, "arm", secret);
    length = read_file(scratch->file, bytes, sizeof bytes);
    assert_null(memmem(bytes, length, secret, 4));
    for (size_t at = 0; at < length; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            memcpy(changed, bytes, length);
            changed[at] = (uint8_t)(changed[at] ^ (1u << bit));
            write_file(scratch->file, changed, length);
            refused(scratch, "arm", "set it again (milink-agent secret set arm)");
        }
    for (size_t cut = 0; cut < length; cut++) {
        write_file(scratch->file, bytes, cut);
        refused(scratch, "arm", "set it again");
    }
    memcpy(changed, bytes, length);
    changed[length] = 0;
    write_file(scratch->file, changed, length + 1);
    refused(scratch, "arm", "was altered");
    write_file(scratch->file, bytes, length);
    assert_true(get(scratch, "arm"));
}

static void test_foreign(void **state)
{
    struct scratch *scratch = *state;
    uint8_t bytes[8192] = {0};
    size_t length = 0;
    char other[160];

    set(scratch, "arm", secret);
    set(scratch, "test", "another");
    length = read_file(scratch->file, bytes, sizeof bytes);
    snprintf(other, sizeof other, "%s/secret-test.sealed", scratch->secrets);
    write_file(other, bytes, length);
    refused(scratch, "test", "was altered, or is the file of another secret: set it again");
    write_file(scratch->file, bytes, sizeof bytes);
    refused(scratch, "arm", "is too long");
    write_file(scratch->file, bytes, length);
    /* Another key: the file of another host, or one whose key was made anew. */
    unlink(scratch->key);
    refused(scratch, "arm", "needs the key in");
    set(scratch, "test", "another");
    refused(scratch, "arm", "was sealed with another key than the one beside it: set it again");
    assert_true(get(scratch, "test"));
    set(scratch, "arm", secret);
    assert_true(get(scratch, "arm"));
    write_file(scratch->key, bytes, CRYPTO_KEY_SIZE - 1);
    refused(scratch, "arm", "which is damaged: restore it");
    assert_false(secret_store_set(scratch->state, "arm", secret, why, sizeof why));
    assert_non_null(strstr(why, "which is damaged"));
}

static void test_permissions(void **state)
{
    struct scratch *scratch = *state;
    struct stat status;

    set(scratch, "arm", secret);
    assert_int_equal(stat(scratch->secrets, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
    assert_int_equal(stat(scratch->file, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(scratch->key, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    chmod(scratch->file, 0640);
    refused(scratch, "arm", "is open to group or others (mode 0640)");
    chmod(scratch->file, 0600);
    chmod(scratch->key, 0604);
    refused(scratch, "arm", "is open to group or others (mode 0604)");
    chmod(scratch->key, 0600);
    chmod(scratch->secrets, 0750);
    refused(scratch, "arm", "is open to group or others (mode 0750); take that away (chmod 700)");
    assert_false(secret_store_set(scratch->state, "arm", secret, why, sizeof why));
    chmod(scratch->secrets, 0700);
    assert_true(get(scratch, "arm"));
}

static void test_links(void **state)
{
    struct scratch *scratch = *state;
    char moved[160];

    set(scratch, "arm", secret);
    assert_int_equal(symlink(scratch->file, scratch->link), 0);
    refused(scratch, "link", "is a symbolic link");
    set(scratch, "link", "new"); /* takes the link's place, and leaves what it named */
    assert_true(get(scratch, "link"));
    assert_true(get(scratch, "arm"));
    assert_string_equal(found, secret);
    snprintf(moved, sizeof moved, "%s/elsewhere", scratch->state);
    assert_int_equal(rename(scratch->secrets, moved), 0);
    assert_int_equal(symlink(moved, scratch->secrets), 0);
    refused(scratch, "arm", "is a symbolic link");
    assert_false(secret_store_set(scratch->state, "arm", secret, why, sizeof why));
    unlink(scratch->secrets);
    assert_int_equal(rename(moved, scratch->secrets), 0);
}

/* Another account's file or directory, which only root can make here. */
static void test_owner(void **state)
{
    struct scratch *scratch = *state;
    struct stat status;

    if (geteuid() != 0)
        skip();
    set(scratch, "arm", secret);
    assert_int_equal(chown(scratch->file, 12345, (gid_t)-1), 0);
    refused(scratch, "arm", "belongs to user 12345; make the agent's account its owner");
    assert_int_equal(chown(scratch->secrets, 12345, (gid_t)-1), 0);
    refused(scratch, "arm", "belongs to user 12345");
    /* root for an agent that is not root: all of it belongs to the state directory's owner. */
    count_files(scratch->secrets, true);
    rmdir(scratch->secrets);
    assert_int_equal(chown(scratch->state, 12345, (gid_t)-1), 0);
    set(scratch, "arm", secret);
    assert_int_equal(stat(scratch->secrets, &status), 0);
    assert_int_equal(status.st_uid, 12345);
    assert_int_equal(stat(scratch->file, &status), 0);
    assert_int_equal(status.st_uid, 12345);
    assert_int_equal(stat(scratch->key, &status), 0);
    assert_int_equal(status.st_uid, 12345);
    assert_true(get(scratch, "arm"));
}

static void test_no_place(void **state)
{
    struct scratch *scratch = *state;

    write_file(scratch->secrets, (const uint8_t *)"", 0);
    refused(scratch, "arm", "is not a directory");
    assert_false(secret_store_set(scratch->state, "arm", secret, why, sizeof why));
    assert_false(secret_store_set("/proc/none", "arm", secret, why, sizeof why));
    assert_non_null(strstr(why, "/proc/none/secrets cannot be made"));
    assert_true(secret_store_list("/proc/none", take_name, why, why, sizeof why));
}

/* ---- at the same time ---- */

enum { WRITERS = 4, TURNS = 40 };

struct writer {
    const struct scratch *scratch;
    char value[256];
    bool well;
};

static void write_often(void *context)
{
    struct writer *writer = context;
    char flaw[512];

    for (int i = 0; i < TURNS; i++)
        writer->well = writer->well && secret_store_set(writer->scratch->state, "arm",
                                                        writer->value, flaw, sizeof flaw);
}

static void test_concurrent(void **state)
{
    struct scratch *scratch = *state;
    struct writer writers[WRITERS];
    struct thread *threads[WRITERS];
    unsigned read = 0;

    for (int i = 0; i < WRITERS; i++) {
        writers[i].scratch = scratch;
        writers[i].well = true;
        memset(writers[i].value, 'a' + i, sizeof writers[i].value - 1);
        writers[i].value[sizeof writers[i].value - 1 - i] = '\0';
    }
    for (int i = 0; i < WRITERS; i++)
        threads[i] = thread_start(write_often, &writers[i]);
    for (int i = 0; i < 100 * TURNS && read < TURNS; i++) {
        if (!get(scratch, "arm")) {
            assert_non_null(strstr(why, "is not set")); /* not yet */
            continue;
        }
        read++;
        assert_in_range(found[0], 'a', 'a' + WRITERS - 1);
        assert_string_equal(found, writers[found[0] - 'a'].value);
    }
    for (int i = 0; i < WRITERS; i++) {
        thread_join(threads[i]);
        assert_true(writers[i].well);
    }
    assert_true(get(scratch, "arm"));
    assert_int_equal(count_files(scratch->secrets, false), 2);
}

/* ---- the cipher ---- */

/* Test case 16 of the GCM specification's AES-256 vectors. */
static void test_vector(void **state)
{
    static const uint8_t key[] = {0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c, 0x6d, 0x6a, 0x8f,
                                  0x94, 0x67, 0x30, 0x83, 0x08, 0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65,
                                  0x73, 0x1c, 0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08};
    static const uint8_t nonce[] = {0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce,
                                    0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88};
    static const uint8_t bound[] = {0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xfe, 0xed,
                                    0xfa, 0xce, 0xde, 0xad, 0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2};
    static const uint8_t plain[] = {
        0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5, 0xaf, 0xf5, 0x26,
        0x9a, 0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda, 0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31,
        0x8a, 0x72, 0x1c, 0x3c, 0x0c, 0x95, 0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49,
        0xa6, 0xb5, 0x25, 0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39};
    static const uint8_t tag[] = {0x76, 0xfc, 0x6e, 0xce, 0x0f, 0x4e, 0x17, 0x68,
                                  0xcd, 0xdf, 0x88, 0x53, 0xbb, 0x2d, 0x55, 0x1b};
    const struct crypto_seal seal = {key, nonce, bound, sizeof bound};
    uint8_t sealed[sizeof plain + CRYPTO_TAG_SIZE], back[sizeof plain];

    (void)state;
    assert_true(crypto_seal_bytes(&seal, plain, sizeof plain, sealed));
    assert_int_equal(sealed[0], 0x52);
    assert_memory_equal(sealed + sizeof plain, tag, sizeof tag);
    assert_true(crypto_unseal_bytes(&seal, sealed, sizeof sealed, back));
    assert_memory_equal(back, plain, sizeof plain);
    assert_false(crypto_unseal_bytes(&seal, sealed, CRYPTO_TAG_SIZE - 1, back));
}

int main(void)
{
#define WITH_SCRATCH(test) cmocka_unit_test_setup_teardown(test, make_scratch, remove_scratch)
    const struct CMUnitTest tests[] = {
        WITH_SCRATCH(test_round),       WITH_SCRATCH(test_names),
        WITH_SCRATCH(test_values),      WITH_SCRATCH(test_list_and_remove),
        WITH_SCRATCH(test_tampered),    WITH_SCRATCH(test_foreign),
        WITH_SCRATCH(test_permissions), WITH_SCRATCH(test_links),
        WITH_SCRATCH(test_owner),       WITH_SCRATCH(test_no_place),
        WITH_SCRATCH(test_concurrent),  WITH_SCRATCH(test_leftovers),
        cmocka_unit_test(test_vector),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
