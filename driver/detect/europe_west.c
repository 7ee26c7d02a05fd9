/*
 * Checks of numbers of western and southern Europe.
 */
#include "check.h"

#include <string.h>

/* ---- United Kingdom and Ireland -------------------------------------------------- */

bool gh_detect_check_uk_nhs(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\12\11\10\7\6\5\4\3\2\1", 10);

	return n == 10 && sum % 11 == 0 && !gh_detect_same_digits(c, n);
}

/* HMRC: the first letter never DFIQUV, the second never DFIOQUV, some pairs never. */
bool gh_detect_check_uk_nino(const char *c, size_t n)
{
	static const char never[] = "BG GB NK KN TN NT ZZ ";
	const char pair[4] = { c[0], c[1], ' ', '\0' };

	return n == 9 && strchr("DFIQUV", c[0]) == NULL && strchr("DFIQUVO", c[1]) == NULL &&
	       strstr(never, pair) == NULL && c[8] <= 'D';
}

bool gh_detect_check_uk_utr(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c + 1, "\6\7\10\11\12\5\4\3\2", 9);

	return n == 10 && c[0] == "21987654321"[sum % 11] && !gh_detect_same_digits(c, n);
}

/* DVLA: five of the surname, then year's ten, month (+50), day, year's one. */
bool gh_detect_check_uk_driver(const char *c, size_t n)
{
	unsigned month = gh_detect_pair(c + 6) % 50;

	return n == 16 && gh_detect_pair(c + 6) < 63 && c[0] >= 'A' &&
	       gh_detect_is_day(0, month, gh_detect_pair(c + 8));
}

bool gh_detect_check_ie_pps(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\10\7\6\5\4\3\2", 7);

	if (n == 9 && strchr("AHTWX", c[8]) == NULL)
		return false;
	if (n == 9 && c[8] <= 'H')
		sum += 9 * (unsigned)(c[8] - 'A' + 1);
	return c[7] == "WABCDEFGHIJKLMNOPQRSTUV"[sum % 23] && !gh_detect_same_digits(c, 7);
}

/* ---- Germany, Austria, Switzerland -------------------------------------------------- */

/* One digit of the first ten stands twice or thrice, the others at most once. */
bool gh_detect_check_de_idnr(const char *c, size_t n)
{
	unsigned count[10] = { 0 }, twice = 0, absent = 0;

	if (c[0] == '0')
		return false;
	for (size_t i = 0; i < 10; i++)
		count[gh_detect_digit(c[i])]++;
	for (size_t i = 0; i < 10; i++) {
		twice += count[i] == 2 || count[i] == 3;
		absent += count[i] == 0;
		if (count[i] > 3)
			return false;
	}
	return twice == 1 && absent <= 2 && gh_detect_is_iso_11_10(c, n);
}

static unsigned digits_sum(unsigned number)
{
	return number / 10 + number % 10;
}

/* Area, birthday, first letter of the name, serial and check. */
bool gh_detect_check_de_svnr(const char *c, size_t n)
{
	static const char weights[] = "\2\1\2\5\7\1\2\1\2\1\2\1";
	char expanded[13];
	unsigned letter = (unsigned)(c[8] - 'A') + 1, day = gh_detect_pair(c + 2), sum = 0;

	if (n != 12 || letter > 26 ||
	    !gh_detect_is_day(gh_detect_pair(c + 6), gh_detect_pair(c + 4),
			      day > 50 ? day - 50 : day))
		return false;
	memcpy(expanded, c, 8);
	expanded[8] = (char)('0' + letter / 10);
	expanded[9] = (char)('0' + letter % 10);
	memcpy(expanded + 10, c + 9, 2);
	for (size_t i = 0; i < 12; i++)
		sum += digits_sum(gh_detect_digit(expanded[i]) * (unsigned char)weights[i]);
	return sum % 10 == gh_detect_digit(c[11]);
}

/* Serial of nine signs without vowels, with its check digit. */
bool gh_detect_check_de_document(const char *c, size_t n)
{
	size_t letters = 0;

	for (size_t i = 0; i < n; i++) {
		if (c[i] >= 'A' && strchr("CFGHJKLMNPRTVWXYZ", c[i]) == NULL)
			return false;
		letters += c[i] >= 'A';
	}
	return n == 10 && letters >= 1 && c[0] >= 'A' && c[9] <= '9' &&
	       gh_detect_icao(c, 9) == gh_detect_digit(c[9]);
}

bool gh_detect_check_at_svnr(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\3\7\11\0\5\10\4\2\1\6", 10);
	unsigned month = gh_detect_pair(c + 6);

	return n == 10 && c[0] != '0' && sum % 11 == gh_detect_digit(c[3]) &&
	       (gh_detect_is_ddmmyy(c + 4) || (month > 12 && month < 16));
}

bool gh_detect_check_ch_ahv(const char *c, size_t n)
{
	return n == 13 && memcmp(c, "756", 3) == 0 &&
	       gh_detect_weighted(c, "\1\3\1\3\1\3\1\3\1\3\1\3\1", 13) % 10 == 0;
}

/* ---- France, Benelux ------------------------------------------------------------------- */

/* Sex, year, month, department (2A and 2B count 19 and 18), key 97 - rest. */
bool gh_detect_check_fr_nir(const char *c, size_t n)
{
	char digits[13];
	unsigned month = gh_detect_pair(c + 3);

	memcpy(digits, c, 13);
	if (c[6] == 'A' || c[6] == 'B') {
		digits[5] = '1';
		digits[6] = c[6] == 'A' ? '9' : '8';
	}
	if (n != 15 || c[0] < '1' || (c[0] > '4' && c[0] < '7') || c[0] == '9')
		return false;
	if (month == 0 || (month > 12 && month < 20) || (month > 42 && month < 50))
		return false;
	return 97 - gh_detect_mod97(digits, 13, 0) == gh_detect_pair(c + 13);
}

bool gh_detect_check_nl_bsn(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\11\10\7\6\5\4\3\2\12", 9);

	return n == 9 && sum % 11 == 0 && !gh_detect_same_digits(c, n);
}

/* YYMMDD, serial, 97 - rest; with a 2 in front for those born since 2000. */
bool gh_detect_check_be_nn(const char *c, size_t n)
{
	unsigned month = gh_detect_pair(c + 2) % 20, key = gh_detect_pair(c + 9);

	if (n != 11 || gh_detect_pair(c + 2) > 52)
		return false;
	if (month != 0 && !gh_detect_is_day(gh_detect_pair(c), month, gh_detect_pair(c + 4)))
		return false;
	return 97 - gh_detect_mod97(c, 9, 0) == key ||
	       (gh_detect_pair(c) < 40 && 97 - gh_detect_mod97(c, 9, 2) == key);
}

/* Birthday, serial, a Luhn digit, then a Verhoeff digit over the first eleven. */
bool gh_detect_check_lu_nin(const char *c, size_t n)
{
	char verhoeff[12];

	if (n != 13 || !gh_detect_is_birthday(c))
		return false;
	memcpy(verhoeff, c, 11);
	verhoeff[11] = c[12];
	return gh_detect_is_luhn(c, 12) && gh_detect_is_verhoeff(verhoeff, 12);
}

/* ---- Iberia, Italy, Greece ---------------------------------------------------------------- */

static const char nif_letters[] = "TRWAGMYFPDXBNJZSQVHLCKE";

static unsigned number_of(const char *c, size_t n)
{
	unsigned number = 0;

	for (size_t i = 0; i < n; i++)
		number = number * 10 + gh_detect_digit(c[i]);
	return number;
}

/* DNI, and K, L, M in front for those without one. */
bool gh_detect_check_es_nif(const char *c, size_t n)
{
	size_t digits = c[0] >= 'A' ? 1 : 0;
	unsigned number = number_of(c + digits, 8 - digits);

	return n == 9 && number != 0 && c[8] == nif_letters[number % 23] && number != 12345678;
}

bool gh_detect_check_es_nie(const char *c, size_t n)
{
	unsigned number = (unsigned)(c[0] - 'X') * 10000000 + number_of(c + 1, 7);

	return n == 9 && c[0] <= 'Z' && c[8] == nif_letters[number % 23];
}

/* 1, 2, 3 and 45 are persons. */
bool gh_detect_check_pt_nif(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\11\10\7\6\5\4\3\2", 8) % 11;
	bool person = (c[0] >= '1' && c[0] <= '3') || memcmp(c, "45", 2) == 0;

	return n == 9 && person && (rest < 2 ? 0 : 11 - rest) == gh_detect_digit(c[8]) &&
	       !gh_detect_same_digits(c, n);
}

/* Luhn with letters: eight digits, check, two signs, check. */
bool gh_detect_check_pt_cc(const char *c, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned value = c[i] >= 'A' ? (unsigned)(c[i] - 'A') + 10 : gh_detect_digit(c[i]);

		if (i % 2 == 0)
			value = value * 2 > 9 ? value * 2 - 9 : value * 2;
		sum += value;
	}
	return n == 12 && sum % 10 == 0;
}

/* Values of signs in odd places, by the letter that stands for the digit too. */
static unsigned cf_odd(char sign)
{
	static const unsigned char values[26] = { 1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
						  20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23 };

	return values[sign >= 'A' ? sign - 'A' : sign - '0'];
}

/* Omocodia: L to V stand for digits where two people would share a code. */
static unsigned cf_digit(char sign)
{
	static const char letters[] = "LMNPQRSTUV";
	const char *place = strchr(letters, sign);

	if (sign <= '9')
		return gh_detect_digit(sign);
	return place == NULL ? 99 : (unsigned)(place - letters);
}

bool gh_detect_check_it_cf(const char *c, size_t n)
{
	unsigned sum = 0, day;

	if (n != 16 || strchr("ABCDEHLMPRST", c[8]) == NULL)
		return false;
	for (size_t i = 0; i < 15; i++)
		sum += i % 2 == 0 ? cf_odd(c[i])
				  : (c[i] >= 'A' ? (unsigned)(c[i] - 'A') : gh_detect_digit(c[i]));
	day = (cf_digit(c[9]) * 10 + cf_digit(c[10])) % 40;
	return day >= 1 && day <= 31 && c[15] == (char)('A' + sum % 26);
}

bool gh_detect_check_gr_amka(const char *c, size_t n)
{
	return n == 11 && gh_detect_is_ddmmyy(c) && gh_detect_is_luhn(c, n);
}
