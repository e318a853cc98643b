/* SPDX-License-Identifier: MIT */
/* Files by UTF-8 path: appended to, synced, read, moved, replaced. */
#ifndef MILINK_AGENT_FILE_H
#define MILINK_AGENT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An open file, copied by value; FILE_CLOSED is none. */
struct file {
    intptr_t handle;
};
#define FILE_CLOSED ((struct file){-1})

/* No function allocates memory. why receives a text for people when a file cannot be opened ("No
 * such file or directory"); it may be NULL with size 0. */

/* Opens for appending and reading, beside readers and those who move it; makes the file when there
 * is none: on POSIX for its owner to write and its group to read. */
bool file_open_append(struct file *file, const char *path, char *why, size_t why_size);
/* The same for file_write_at; what the file holds stays. */
bool file_open_write(struct file *file, const char *path, char *why, size_t why_size);
/* Makes a file and opens it for appending; false when anything has the name, a link too. */
bool file_open_new(struct file *file, const char *path);
/* Makes an empty file for its owner alone (on Windows: for whom its directory admits), as other
 * libraries do not; one that is there stays as it is. */
bool file_make_closed(const char *path);
/* Opens for reading, beside one who appends or moves it. */
bool file_open_read(struct file *file, const char *path, char *why, size_t why_size);
void file_close(struct file *file); /* takes one that is closed */

/* Writes all bytes behind the file's end. On failure a part may have been written. */
bool file_append(struct file file, const void *bytes, size_t length);
/* Writes all bytes over those at that offset. Not of a file opened for appending. */
bool file_write_at(struct file file, uint64_t offset, const void *bytes, size_t length);
/* Returns when the file's bytes are on the disk. */
bool file_sync(struct file file);
/* Cuts the file to that length, on the disk too. */
bool file_cut(struct file file, uint64_t length);
bool file_size(struct file file, uint64_t *size);
/* Bytes read at that offset, fewer at the end of the file; SIZE_MAX when it cannot be read. */
size_t file_read_at(struct file file, uint64_t offset, void *bytes, size_t length);
/* Why the last of the functions above failed on this thread. */
void file_why(char *why, size_t why_size);

bool file_exists(const char *path);
/* Of a file that is not opened for it: closing one takes away every POSIX lock that this process
 * has on it, as SQLite's on the journal. */
bool file_size_of(const char *path, uint64_t *size);
/* Renames within a directory, on the disk too; what has the new name is replaced. */
bool file_move(const char *from, const char *to);
bool file_remove(const char *path);
/* Puts new content in a file's place; readers see the old one or the new one, whole. Uses
 * path.tmp meanwhile. */
bool file_replace(const char *path, const void *bytes, size_t length);

/* Bytes that this account may still write to the disk of a directory; false when that cannot be
 * told. */
bool file_free_space(const char *directory, uint64_t *bytes);

#endif
