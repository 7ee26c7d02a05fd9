/*
 * The arithmetic of check digits, and dates within numbers.
 */
#include "check.h"

#include <string.h>

unsigned gh_detect_weighted(const char *digits, const char *weights, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += gh_detect_digit(digits[i]) * (unsigned char)weights[i];
	return sum;
}

bool gh_detect_is_luhn(const char *c, size_t n)
{
	static const unsigned char doubled[10] = { 0, 2, 4, 6, 8, 1, 3, 5, 7, 9 };
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned digit = gh_detect_digit(c[n - 1 - i]);

		if (digit > 9)
			return false;
		sum += i % 2 == 0 ? digit : doubled[digit];
	}
	return sum % 10 == 0;
}

bool gh_detect_is_verhoeff(const char *c, size_t n)
{
	static const char product[10][11] = { "0123456789", "1234067895", "2340178956",
					      "3401289567", "4012395678", "5987604321",
					      "6598710432", "7659821043", "8765932104",
					      "9876543210" };
	static const char moved[8][11] = { "0123456789", "1576283094", "5803796142",
					   "8916043527", "9453126870", "4286573901",
					   "2793806415", "7046913258" };
	unsigned check = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned digit = gh_detect_digit(moved[i % 8][gh_detect_digit(c[n - 1 - i])]);

		check = gh_detect_digit(product[check][digit]);
	}
	return check == 0;
}

unsigned gh_detect_mod97(const char *c, size_t n, unsigned before)
{
	unsigned rest = before;

	for (size_t i = 0; i < n; i++) {
		if (c[i] >= 'A')
			rest = (rest * 100 + (unsigned)(c[i] - 'A') + 10) % 97;
		else
			rest = (rest * 10 + gh_detect_digit(c[i])) % 97;
	}
	return rest;
}

bool gh_detect_is_iso_11_10(const char *c, size_t n)
{
	unsigned product = 10;

	for (size_t i = 0; i + 1 < n; i++) {
		unsigned sum = (gh_detect_digit(c[i]) + product) % 10;

		product = (sum == 0 ? 10 : sum) * 2 % 11;
	}
	return (product + gh_detect_digit(c[n - 1])) % 10 == 1;
}

bool gh_detect_is_iso_11_2(const char *c, size_t n)
{
	unsigned rest = 0;

	for (size_t i = 0; i + 1 < n; i++)
		rest = (rest + gh_detect_digit(c[i])) * 2 % 11;
	return (rest + (c[n - 1] == 'X' ? 10 : gh_detect_digit(c[n - 1]))) % 11 == 1;
}

unsigned gh_detect_icao(const char *c, size_t n)
{
	static const unsigned char weights[3] = { 7, 3, 1 };
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned value = c[i] >= 'A' ? (unsigned)(c[i] - 'A') + 10 : gh_detect_digit(c[i]);

		sum += (c[i] == '<' ? 0 : value) * weights[i % 3];
	}
	return sum % 10;
}

bool gh_detect_same_digits(const char *c, size_t n)
{
	return n < 2 || memcmp(c, c + 1, n - 1) == 0;
}

bool gh_detect_is_day(unsigned year, unsigned month, unsigned day)
{
	static const unsigned char days[13] = { 0,  31, 29, 31, 30, 31, 30,
						31, 31, 30, 31, 30, 31 };

	if (month < 1 || month > 12 || day < 1 || day > days[month])
		return false;
	return month != 2 || day < 29 || year % 4 == 0;
}

bool gh_detect_is_ddmmyy(const char *c)
{
	return gh_detect_is_day(gh_detect_pair(c + 4), gh_detect_pair(c + 2), gh_detect_pair(c));
}

bool gh_detect_is_yymmdd(const char *c)
{
	return gh_detect_is_day(gh_detect_pair(c), gh_detect_pair(c + 2), gh_detect_pair(c + 4));
}

bool gh_detect_is_birthday(const char *c)
{
	unsigned century = gh_detect_pair(c);

	return (century == 19 || (century == 20 && gh_detect_pair(c + 2) < 40)) &&
	       gh_detect_is_yymmdd(c + 2);
}

bool gh_detect_check_any(const char *c, size_t n)
{
	(void)c;
	return n > 0;
}
