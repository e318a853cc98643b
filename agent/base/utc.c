/* SPDX-License-Identifier: MIT */
/* Points in time as text, in UTC, by arithmetic alone: no locale, no time zone of the host. */
#include "utc.h"
#include "text.h"
#include <string.h>

enum {
    MS_PER_SECOND = 1000,
    MS_PER_MINUTE = 60 * MS_PER_SECOND,
    MS_PER_HOUR = 60 * MS_PER_MINUTE,
    MS_PER_DAY = 24 * MS_PER_HOUR,
    EPOCH_YEAR = 1970,
    LAST_YEAR = 9999,
    OFFSET_MAX_MINUTES = 14 * 60 /* as datetimeoffset */
};

struct date {
    unsigned year, month, day; /* from 1 */
};

static bool is_leap(unsigned year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

/* Days from the first of January of the year 1 to that of a year. */
static uint64_t days_before_year(unsigned year)
{
    uint64_t past = year - 1;

    return past * 365 + past / 4 - past / 100 + past / 400;
}

static bool date_is_valid(const struct date *date)
{
    return date->year >= EPOCH_YEAR && date->year <= LAST_YEAR && date->month >= 1 &&
           date->month <= 12 && date->day >= 1 &&
           date->day <= days_in_month(date->year, date->month);
}

static uint64_t days_since_epoch(const struct date *date)
{
    uint64_t days = days_before_year(date->year) - days_before_year(EPOCH_YEAR) + date->day - 1;

    for (unsigned month = 1; month < date->month; month++)
        days += days_in_month(date->year, month);
    return days;
}

static struct date date_of_day(uint64_t days)
{
    /* No year is longer than 366 days, so this is at most a few years early. */
    struct date date = {EPOCH_YEAR + (unsigned)(days / 366), 1, 1};

    days += days_before_year(EPOCH_YEAR);
    while (days_before_year(date.year + 1) <= days)
        date.year++;
    days -= days_before_year(date.year);
    while (days >= days_in_month(date.year, date.month))
        days -= days_in_month(date.year, date.month++);
    date.day = 1 + (unsigned)days;
    return date;
}

static uint64_t last_ms(void)
{
    static const struct date last = {LAST_YEAR, 12, 31};

    return days_since_epoch(&last) * MS_PER_DAY + (MS_PER_DAY - 1);
}

static void put(char *text, unsigned width, uint64_t number)
{
    for (unsigned i = width; i > 0; i--) {
        text[i - 1] = (char)('0' + number % 10);
        number /= 10;
    }
}

void utc_text(uint64_t ms, char *text, size_t size)
{
    const uint64_t at = ms < last_ms() ? ms : last_ms();
    const struct date date = date_of_day(at / MS_PER_DAY);
    char whole[UTC_TEXT_SIZE] = "0000-00-00T00:00:00.000Z";

    put(whole, 4, date.year);
    put(whole + 5, 2, date.month);
    put(whole + 8, 2, date.day);
    put(whole + 11, 2, at / MS_PER_HOUR % 24);
    put(whole + 14, 2, at / MS_PER_MINUTE % 60);
    put(whole + 17, 2, at / MS_PER_SECOND % 60);
    put(whole + 20, 3, at % MS_PER_SECOND);
    text_copy(text, size, whole);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes exactly width digits; *text moves past them only on success. */
static bool take_number(const char **text, unsigned width, unsigned *number)
{
    unsigned value = 0;

    for (unsigned i = 0; i < width; i++) {
        if (!is_digit((*text)[i]))
            return false;
        value = value * 10 + (unsigned)((*text)[i] - '0');
    }
    *text += width;
    *number = value;
    return true;
}

static bool take(const char **text, char c)
{
    if (**text != c)
        return false;
    ++*text;
    return true;
}

/* hh:mm:ss. */
static bool take_clock(const char **text, uint64_t *ms)
{
    unsigned hour = 0, minute = 0, second = 0;

    if (!take_number(text, 2, &hour) || !take(text, ':') || !take_number(text, 2, &minute) ||
        !take(text, ':') || !take_number(text, 2, &second) || hour > 23 || minute > 59 ||
        second > 59)
        return false;
    *ms += (uint64_t)hour * MS_PER_HOUR + (uint64_t)minute * MS_PER_MINUTE +
           (uint64_t)second * MS_PER_SECOND;
    return true;
}

/* .1 to .123456789, or nothing. */
static bool take_fraction(const char **text, uint64_t *ms)
{
    unsigned weight = 100, digits = 0;

    if (!take(text, '.'))
        return true;
    for (; is_digit(**text); ++*text, digits++) {
        *ms += (uint64_t)(**text - '0') * weight;
        weight /= 10;
    }
    return digits >= 1 && digits <= 9;
}

/* Z, +01:00, or nothing: minutes that the text is ahead of UTC. */
static bool take_offset(const char **text, int *ahead)
{
    const bool behind = **text == '-';
    unsigned hours = 0, minutes = 0;

    *ahead = 0;
    if (**text == '\0' || take(text, 'Z') || take(text, 'z'))
        return true;
    if ((!take(text, '+') && !take(text, '-')) || !take_number(text, 2, &hours) ||
        !take(text, ':') || !take_number(text, 2, &minutes) || minutes > 59 ||
        hours * 60 + minutes > OFFSET_MAX_MINUTES)
        return false;
    *ahead = (int)(hours * 60 + minutes) * (behind ? -1 : 1);
    return true;
}

static bool take_date(const char **text, uint64_t *ms)
{
    struct date date = {0, 0, 0};

    if (!take_number(text, 4, &date.year) || !take(text, '-') ||
        !take_number(text, 2, &date.month) || !take(text, '-') ||
        !take_number(text, 2, &date.day) || !date_is_valid(&date))
        return false;
    *ms = days_since_epoch(&date) * MS_PER_DAY;
    return true;
}

bool utc_parse(const char *text, uint64_t *ms)
{
    uint64_t local = 0;
    int64_t utc = 0;
    int ahead = 0;

    if (text == NULL || !take_date(&text, &local))
        return false;
    if (*text != '\0' && ((!take(&text, 'T') && !take(&text, 't') && !take(&text, ' ')) ||
                          !take_clock(&text, &local) || !take_fraction(&text, &local) ||
                          !take_offset(&text, &ahead)))
        return false;
    utc = (int64_t)local - (int64_t)ahead * MS_PER_MINUTE;
    if (*text != '\0' || utc < 0 || (uint64_t)utc > last_ms())
        return false;
    *ms = (uint64_t)utc;
    return true;
}

/* One of some names of three letters, written in a row. */
static bool take_name(const char **text, const char *names, unsigned *index)
{
    for (unsigned i = 0; names[(size_t)i * 3] != '\0'; i++) {
        if (strncmp(*text, names + (size_t)i * 3, 3) == 0) {
            *text += 3;
            *index = i;
            return true;
        }
    }
    return false;
}

bool utc_parse_http(const char *text, uint64_t *ms)
{
    unsigned weekday = 0, month = 0;
    struct date date = {0, 0, 0};
    uint64_t at = 0;

    if (text == NULL || !take_name(&text, "ThuFriSatSunMonTueWed", &weekday) || /* as 1970 began */
        !take(&text, ',') || !take(&text, ' ') || !take_number(&text, 2, &date.day) ||
        !take(&text, ' ') || !take_name(&text, "JanFebMarAprMayJunJulAugSepOctNovDec", &month) ||
        !take(&text, ' ') || !take_number(&text, 4, &date.year) || !take(&text, ' '))
        return false;
    date.month = month + 1;
    if (!date_is_valid(&date) || days_since_epoch(&date) % 7 != weekday)
        return false;
    at = days_since_epoch(&date) * MS_PER_DAY;
    if (!take_clock(&text, &at) || strcmp(text, " GMT") != 0)
        return false;
    *ms = at;
    return true;
}
