/*
 * Telephone numbers that begin with a sign.
 * Made to C by re2c; the cell ends with a NUL, which each rule names.
 */
#include "driver/detect/scan.h"

/*!re2c
	re2c:define:YYCTYPE = "unsigned char";
	re2c:define:YYCURSOR = at;
	re2c:define:YYMARKER = marker;
	re2c:yyfill:enable = 0;
	re2c:indent:top = 1;

	end = "\x00";
	D = [0-9];
	L = [A-Za-z];
	A = [A-Za-z0-9];
*/

enum gh_detect_shape gh_detect_scan_phone(const unsigned char *text, const unsigned char *end)
{
	const unsigned char *at = text;
	const unsigned char *marker = text;
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	(void)marker;
/*!re2c
	("+" | "00")  [1-9] ([ ./-]? ("(" D{1,5} ")")? [ ./-]? D){6,17} end
		{ shape = GH_DETECT_SHAPE_E164; goto out; }
	("+" D{1,3} " "?)? "(" D{2,5} ")" [ .-]? D{2,5} ([ ./-]? D{2,5}){0,3} end
		{ shape = GH_DETECT_SHAPE_PHONE_PARENS; goto out; }
	* { return GH_DETECT_SHAPE_NONE; }
*/
out:
	return at == end + 1 ? shape : GH_DETECT_SHAPE_NONE;
}
