/* SPDX-License-Identifier: MIT */
/* Binary values of the command line: hexadecimal, or a file with a certificate. */
#include "base64.h"
#include "cli_call.h"
#include "file.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 64 * 1024 /* PEM of 8000 bytes with room for comments around it */ };

static const char pem_begin[] = "-----BEGIN ", pem_certificate[] = "-----BEGIN CERTIFICATE-----",
                  pem_end[] = "-----END CERTIFICATE-----";

static int digit(char c)
{
    const char *digits = "0123456789abcdef", *found = NULL;

    if (c >= 'A' && c <= 'F')
        c = (char)(c - 'A' + 'a');
    found = c != '\0' ? strchr(digits, c) : NULL;
    return found != NULL ? (int)(found - digits) : -1;
}

static void *from_digits(const char *digits, size_t *length, char *why, size_t size)
{
    size_t count = strlen(digits);
    uint8_t *bytes = malloc(count / 2 + 1);

    *length = count / 2;
    for (size_t i = 0; bytes != NULL && i < count; i++) {
        int value = digit(digits[i]);

        if (value < 0 || count % 2 != 0) {
            text_copy(why, size, "0x is followed by pairs of hexadecimal digits alone");
            free(bytes);
            return NULL;
        }
        bytes[i / 2] = (uint8_t)(i % 2 == 0 ? value << 4 : bytes[i / 2] | value);
    }
    if (bytes == NULL)
        text_copy(why, size, "memory ran out");
    return bytes;
}

static char *read_file(const char *path, size_t *length, char *why, size_t size)
{
    char *content = malloc(FILE_MAX + 1), reason[256] = "";
    struct file file = FILE_CLOSED;

    if (content == NULL) {
        text_copy(why, size, "memory ran out");
        return NULL;
    }
    if (file_open_read(&file, path, reason, sizeof reason)) {
        *length = file_read_at(file, 0, content, FILE_MAX + 1);
        if (*length == SIZE_MAX)
            file_why(reason, sizeof reason);
        else if (*length == 0)
            text_copy(reason, sizeof reason, "it is empty");
        else if (*length > FILE_MAX)
            text_copy(reason, sizeof reason, "it has more than 64 KiB");
        file_close(&file);
    }
    if (reason[0] == '\0')
        return content;
    snprintf(why, size, "%s: %s", path, reason);
    free(content);
    return NULL;
}

/* Decodes the one certificate of a PEM file in place. */
static bool take_pem(char *content, size_t *length)
{
    char *begin = strstr(content, pem_certificate), *end = NULL;
    size_t count = 0;

    if (begin == NULL || strstr(content, pem_begin) != begin)
        return false;
    begin += strlen(pem_certificate);
    end = strstr(begin, pem_end);
    if (end == NULL || strstr(end, pem_begin) != NULL)
        return false;
    for (const char *c = begin; c < end; c++)
        if (strchr(" \t\r\n", *c) == NULL)
            content[count++] = *c;
    return count > 0 && base64_decode(content, count, content, count, length);
}

void *cli_call_binary(const char *value, size_t *length, char *why, size_t size)
{
    char *content = NULL;

    if (text_equal_bytes("0x", value, strlen(value) < 2 ? strlen(value) : 2))
        return from_digits(value + 2, length, why, size);
    if (strncmp(value, "file:", 5) != 0) {
        text_copy(why, size,
                  "give the bytes as 0x3082..., or the file that holds them as "
                  "file:PATH");
        return NULL;
    }
    content = read_file(value + 5, length, why, size);
    if (content == NULL)
        return NULL;
    content[*length] = '\0';
    if (strstr(content, "PRIVATE KEY-----") != NULL) {
        crypto_wipe(content, *length);
        snprintf(why, size,
                 "%s holds a private key, which stays where it is; give a file with "
                 "the certificate alone",
                 value + 5);
    } else if (strstr(content, pem_begin) == NULL || take_pem(content, length)) {
        return content;
    } else {
        snprintf(why, size, "%s must hold exactly one CERTIFICATE in PEM, or one in DER",
                 value + 5);
    }
    free(content);
    return NULL;
}
