/*
 * The shape of cells that begin with a digit.
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

enum gh_detect_shape gh_detect_scan_digit(const unsigned char *text, const unsigned char *end)
{
	const unsigned char *at = text;
	const unsigned char *marker = text;
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	(void)marker;
/*!re2c
	D+ end
		{ shape = GH_DETECT_SHAPE_DIGITS; goto out; }
	D{3} ("-" D{2} "-" | " " D{2} " ") D{4} end
		{ shape = GH_DETECT_SHAPE_SSN; goto out; }
	D{2} "-" D{7} end
		{ shape = GH_DETECT_SHAPE_EIN; goto out; }
	D{3} (" " D{3} " " | "-" D{3} "-" | "." D{3} ".") D{4} end
		{ shape = GH_DETECT_SHAPE_TRIPLES_4; goto out; }
	D{3} (" " D{3} " " | "-" D{3} "-" | "." D{3} ".") D{3} end
		{ shape = GH_DETECT_SHAPE_TRIPLES; goto out; }
	D{4} (" " D{4} " " D{4} " " | "-" D{4} "-" D{4} "-") D{4} (" "? D{1,3})? end
		{ shape = GH_DETECT_SHAPE_CARD_16; goto out; }
	D{4} [ -] D{6} [ -] D{4,5} end
		{ shape = GH_DETECT_SHAPE_CARD_15; goto out; }
	D{2} [ -] D{6} [ -] D{6} [ -] D end
		{ shape = GH_DETECT_SHAPE_IMEI; goto out; }
	D{6} [-+ ] D{4} end
		{ shape = GH_DETECT_SHAPE_SIX_FOUR; goto out; }
	D{8} [-+ ] D{4} end
		{ shape = GH_DETECT_SHAPE_EIGHT_FOUR; goto out; }
	D{6} " "? "/" " "? D{3,4} end
		{ shape = GH_DETECT_SHAPE_SLASHED; goto out; }
	D{6} "-" D{5} end
		{ shape = GH_DETECT_SHAPE_SIX_FIVE; goto out; }
	D{3} "." D{3} "." D{3} [-/] D{2} end
		{ shape = GH_DETECT_SHAPE_CPF; goto out; }
	D{3} "-" D{3} "-" D{3} [ -] D{2} end
		{ shape = GH_DETECT_SHAPE_SNILS; goto out; }
	D{2} [- ] D{8} [- ] D end
		{ shape = GH_DETECT_SHAPE_CUIT; goto out; }
	"756" "." D{4} "." D{4} "." D{2} end
		{ shape = GH_DETECT_SHAPE_AHV; goto out; }
	D{2} "." D{2} "." D{2} [- ] D{3} [. ] D{2} end
		{ shape = GH_DETECT_SHAPE_BELGIAN; goto out; }
	D{6} [- ] D{7} end
		{ shape = GH_DETECT_SHAPE_SIX_SEVEN; goto out; }
	[1-478] " " D{2} " " D{2} " " D{2} " " D{3} " " D{3} " "? D{2} end
		{ shape = GH_DETECT_SHAPE_NIR; goto out; }
	[12] " "? D{2} " "? D{2} " "? "2" [ABab] " "? D{3} " "? D{3} " "? D{2} end
		{ shape = GH_DETECT_SHAPE_CORSICAN; goto out; }
	D{4} (" " D{4} " " | "-" D{4} "-") D{4} end
		{ shape = GH_DETECT_SHAPE_QUADS; goto out; }
	D{6} "-" D{2} "-" D{4} end
		{ shape = GH_DETECT_SHAPE_MALAY; goto out; }
	D [ -] D{4} [ -] D{5} [ -] D{2} [ -] D end
		{ shape = GH_DETECT_SHAPE_THAI; goto out; }
	(D{1,2} "."? D{3} "."? D{3} "-" [0-9Kk]
	 | D{7,8} [Kk]) end
		{ shape = GH_DETECT_SHAPE_RUT; goto out; }
	D{9} "-" D end
		{ shape = GH_DETECT_SHAPE_CEDULA_EC; goto out; }
	D{3} "-" D{7} "-" D end
		{ shape = GH_DETECT_SHAPE_CEDULA_DO; goto out; }
	"784-" D{4} "-" D{7} "-" D end
		{ shape = GH_DETECT_SHAPE_EMIRATES; goto out; }
	D{2} " " D{3} " " D{3} " " D{3} end
		{ shape = GH_DETECT_SHAPE_IDNR; goto out; }
	D{4} [ -] D{6} end
		{ shape = GH_DETECT_SHAPE_FOUR_SIX; goto out; }
	D{8} [- ]? L end
		{ shape = GH_DETECT_SHAPE_AHEAD_LETTER; goto out; }
	D{7} L{1,2} end
		{ shape = GH_DETECT_SHAPE_PPS; goto out; }
	D{6} [-+A-FU-Ya-fu-y] D{3} [0-9A-Ya-y] end
		{ shape = GH_DETECT_SHAPE_HETU; goto out; }
	D{17} [Xx] end
		{ shape = GH_DETECT_SHAPE_CHINESE; goto out; }
	[1-9] L A D "-"? L A D "-"? L{2} D{2} end
		{ shape = GH_DETECT_SHAPE_MBI; goto out; }
	D{2} " "? D{6} " "? L " "? D{3} end
		{ shape = GH_DETECT_SHAPE_SVNR; goto out; }
	D{8} " "? D " "? A{2} D end
		{ shape = GH_DETECT_SHAPE_PT_CC; goto out; }
	[0-9A-HJ-NPR-Z]{17} end
		{ shape = GH_DETECT_SHAPE_VIN; goto out; }
	("25"[0-5] | "2"[0-4]D | [01]?D?D) ("." ("25"[0-5] | "2"[0-4]D | [01]?D?D)){3} end
		{ shape = GH_DETECT_SHAPE_IPV4; goto out; }
	D{4} [-/.] [01]?D [-/.] [0-3]?D end
		{ shape = GH_DETECT_SHAPE_ISO_DATE; goto out; }
	([0-3]?D [.] " "? [01]?D [.] " "? D{4}
	 | [0-3]?D [.] [01]?D [.] D{2}) end
		{ shape = GH_DETECT_SHAPE_EURO_DATE; goto out; }
	[0-3]?D [/-] [0-3]?D [/-] (D{4} | D{2}) end
		{ shape = GH_DETECT_SHAPE_US_DATE; goto out; }
	[0-3]?D [ -] L{3,9} [.]? [ -] D{4} end
		{ shape = GH_DETECT_SHAPE_WORD_DATE; goto out; }
	D{1,3} [.] D{3,15} end
		{ shape = GH_DETECT_SHAPE_LATITUDE; goto out; }
	D{1,3} [.] D{3,15} " "? [,;] " "? "-"? D{1,3} [.] D{3,15} end
		{ shape = GH_DETECT_SHAPE_COORDINATES; goto out; }
	("97" [89] "-" D{1,5} "-" D{1,7} "-" D{1,6} "-" D
	 | D{1,5} "-" D{1,7} "-" D{1,6} "-" [0-9Xx]
	 | D{9} [Xx]) end
		{ shape = GH_DETECT_SHAPE_ISBN; goto out; }
	("0" D ([ .-] D{2}){4}
	 | "0" D [ -] D{7,8}
	 | "0" D [ -] D{3,4} [ -] D{4}
	 | "0" D{2,5} [ ./-]+ D{2,8} ([ -] D{2,5}){0,4}
	 | "1" [ .-] D{3} [ .-] D{3} [ .-] D{4}
	 | D{2,5} (" " D{2,4}){2,4}) end
		{ shape = GH_DETECT_SHAPE_PHONE; goto out; }
	* { return GH_DETECT_SHAPE_NONE; }
*/
out:
	return at == end + 1 ? shape : GH_DETECT_SHAPE_NONE;
}
