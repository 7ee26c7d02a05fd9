/*
 * Checks of numbers of eastern and northern Europe.
 */
#include "check.h"

#include <string.h>

/* ---- Poland, Czechia, Hungary -------------------------------------------------------- */

/* The month tells the century: +80, 0, +20, +40, +60. */
bool gh_detect_check_pl_pesel(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\1\3\7\11\1\3\7\11\1\3\1", 11);

	return n == 11 && sum % 10 == 0 &&
	       gh_detect_is_day(gh_detect_pair(c), gh_detect_pair(c + 2) % 20,
				gh_detect_pair(c + 4));
}

/* Three letters and six digits, of which the first is the check. */
bool gh_detect_check_pl_id(const char *c, size_t n)
{
	static const char weights[] = "\7\3\1\11\7\3\1\7\3";
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned value = c[i] >= 'A' ? (unsigned)(c[i] - 'A') + 10 : gh_detect_digit(c[i]);

		sum += value * (unsigned char)weights[i];
	}
	return n == 9 && sum % 10 == 0;
}

/* Month +50 for women, +20 since 2004; divisible by 11, once with ten for nought. */
bool gh_detect_check_cz_rc(const char *c, size_t n)
{
	unsigned month = gh_detect_pair(c + 2) % 50, rest = 0;

	month = month > 20 ? month - 20 : month;
	if (!gh_detect_is_day(gh_detect_pair(c), month, gh_detect_pair(c + 4)))
		return false;
	if (n == 9)
		return gh_detect_pair(c) < 54 && memcmp(c + 6, "000", 3) != 0;
	for (size_t i = 0; i < 9; i++)
		rest = (rest * 10 + gh_detect_digit(c[i])) % 11;
	return n == 10 && rest % 10 == gh_detect_digit(c[9]);
}

bool gh_detect_check_hu_taj(const char *c, size_t n)
{
	return n == 9 && !gh_detect_same_digits(c, n) &&
	       gh_detect_weighted(c, "\3\7\3\7\3\7\3\7", 8) % 10 == gh_detect_digit(c[8]);
}

bool gh_detect_check_hu_tax(const char *c, size_t n)
{
	return n == 10 && c[0] == '8' &&
	       gh_detect_weighted(c, "\1\2\3\4\5\6\7\10\11", 9) % 11 == gh_detect_digit(c[9]);
}

/* ---- the Balkans ---------------------------------------------------------------------- */

bool gh_detect_check_ro_cnp(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\2\7\11\1\4\6\3\5\10\2\7\11", 12) % 11;
	unsigned county = gh_detect_pair(c + 7);

	return n == 13 && c[0] != '0' && gh_detect_is_yymmdd(c + 1) && county >= 1 &&
	       (county <= 52 || county == 70) && (rest == 10 ? 1 : rest) == gh_detect_digit(c[12]);
}

/* Month +20 before 1900, +40 since 2000. */
bool gh_detect_check_bg_egn(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\2\4\10\5\12\11\7\3\6", 9) % 11 % 10;

	return n == 10 && rest == gh_detect_digit(c[9]) && gh_detect_pair(c + 2) <= 52 &&
	       gh_detect_is_day(gh_detect_pair(c), gh_detect_pair(c + 2) % 20,
				gh_detect_pair(c + 4));
}

bool gh_detect_check_hr_oib(const char *c, size_t n)
{
	return n == 11 && !gh_detect_same_digits(c, n) && gh_detect_is_iso_11_10(c, n);
}

/* DDMMYYY, region, serial. */
bool gh_detect_check_jmbg(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\7\6\5\4\3\2\7\6\5\4\3\2", 12) % 11;

	return n == 13 && (c[4] == '9' || c[4] == '0') &&
	       gh_detect_is_day(gh_detect_pair(c + 5), gh_detect_pair(c + 2), gh_detect_pair(c)) &&
	       (rest < 2 ? 0 : 11 - rest) == gh_detect_digit(c[12]);
}

/* ---- the Baltic states ------------------------------------------------------------------- */

bool gh_detect_check_ee_ik(const char *c, size_t n)
{
	unsigned rest = gh_detect_weighted(c, "\1\2\3\4\5\6\7\10\11\1", 10) % 11;

	if (rest == 10)
		rest = gh_detect_weighted(c, "\3\4\5\6\7\10\11\1\2\3", 10) % 11 % 10;
	return n == 11 && c[0] >= '1' && c[0] <= '8' && gh_detect_is_yymmdd(c + 1) &&
	       rest == gh_detect_digit(c[10]);
}

/* Since 2017 numbers begin with 32 and hold no date. */
bool gh_detect_check_lv_pk(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\12\5\10\4\2\1\6\3\7\11", 10);

	if (n != 11)
		return false;
	if (memcmp(c, "32", 2) == 0)
		return true;
	return gh_detect_is_ddmmyy(c) && c[6] <= '2' &&
	       (1 + sum) % 11 % 10 == gh_detect_digit(c[10]);
}

/* ---- the north ------------------------------------------------------------------------------ */

/* Ten digits, or twelve with the century; a coordination number has 60 on its day. */
bool gh_detect_check_se_pnr(const char *c, size_t n)
{
	const char *number = n == 12 ? c + 2 : c;
	unsigned day = gh_detect_pair(number + 4);

	if (n == 12 && memcmp(c, "19", 2) != 0 && memcmp(c, "20", 2) != 0)
		return false;
	return gh_detect_is_day(gh_detect_pair(number), gh_detect_pair(number + 2),
				day > 60 ? day - 60 : day) &&
	       gh_detect_is_luhn(number, 10);
}

/* A D number has 40 on its day, synthetic ones 40 or 80 on the month. */
bool gh_detect_check_no_fnr(const char *c, size_t n)
{
	unsigned first = gh_detect_weighted(c, "\3\7\6\1\10\11\4\5\2\1", 10);
	unsigned second = gh_detect_weighted(c, "\5\4\3\2\7\6\5\4\3\2\1", 11);

	return n == 11 && first % 11 == 0 && second % 11 == 0 &&
	       gh_detect_is_day(gh_detect_pair(c + 4), gh_detect_pair(c + 2) % 40,
				gh_detect_pair(c) % 40);
}

/* Numbers since 2007 need not fulfil the check modulo 11. */
bool gh_detect_check_dk_cpr(const char *c, size_t n)
{
	return n == 10 && gh_detect_is_ddmmyy(c);
}

bool gh_detect_check_is_kt(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\3\2\7\6\5\4\3\2\1", 9);

	return n == 10 && gh_detect_is_ddmmyy(c) && sum % 11 == 0 && (c[9] == '9' || c[9] == '0');
}

/* DDMMYY, century sign, serial, check sign. */
bool gh_detect_check_fi_hetu(const char *c, size_t n)
{
	static const char signs[] = "0123456789ABCDEFHJKLMNPRSTUVWXY";
	const char *serial = n == 11 ? c + 7 : c + 6; /* a letter is a century sign too */
	unsigned number = 0;

	for (size_t i = 0; i < 6; i++)
		number = number * 10 + gh_detect_digit(c[i]);
	for (size_t i = 0; i < 3; i++)
		number = number * 10 + gh_detect_digit(serial[i]);
	return gh_detect_is_ddmmyy(c) && serial[3] == signs[number % 31];
}

/* ---- Russia and Ukraine ------------------------------------------------------------------------
 */

bool gh_detect_check_ru_snils(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c, "\11\10\7\6\5\4\3\2\1", 9) % 101 % 100;

	return n == 11 && sum == gh_detect_pair(c + 9) && memcmp(c, "001001", 6) > 0;
}

bool gh_detect_check_ru_inn(const char *c, size_t n)
{
	unsigned eleventh = gh_detect_weighted(c, "\7\2\4\12\3\5\11\4\6\10", 10) % 11 % 10;
	unsigned twelfth = gh_detect_weighted(c, "\3\7\2\4\12\3\5\11\4\6\10", 11) % 11 % 10;

	return n == 12 && eleventh == gh_detect_digit(c[10]) && twelfth == gh_detect_digit(c[11]) &&
	       !gh_detect_same_digits(c, n) && gh_detect_pair(c) != 0;
}

/* The first weight is -1; five digits are days since 1899-12-31. */
bool gh_detect_check_ua_rntrc(const char *c, size_t n)
{
	unsigned sum = gh_detect_weighted(c + 1, "\5\7\11\4\6\12\5\7", 8) + 11 * 1;

	return n == 10 && c[0] >= '0' && c[0] <= '4' &&
	       (sum - gh_detect_digit(c[0])) % 11 % 10 == gh_detect_digit(c[9]) &&
	       !gh_detect_same_digits(c, n);
}
