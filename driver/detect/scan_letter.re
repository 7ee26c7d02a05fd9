/*
 * The shape of cells that begin with a letter.
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

enum gh_detect_shape gh_detect_scan_letter(const unsigned char *text, const unsigned char *end)
{
	const unsigned char *at = text;
	const unsigned char *marker = text;
	enum gh_detect_shape shape = GH_DETECT_SHAPE_NONE;

	(void)marker;
/*!re2c
	L{2} D{2} ([ -]? A){11,30} end
		{ shape = GH_DETECT_SHAPE_IBAN; goto out; }
	[XYZxyz] "-"? D{7} "-"? L end
		{ shape = GH_DETECT_SHAPE_NIE; goto out; }
	[KLMklm] D{7} L end
		{ shape = GH_DETECT_SHAPE_NIF_KLM; goto out; }
	(L{6} [0-9LMNPQRSTUVlmnpqrstuv]{2} L [0-9LMNPQRSTUVlmnpqrstuv]{2} L [0-9LMNPQRSTUVlmnpqrstuv]{3} L) end
		{ shape = GH_DETECT_SHAPE_CODICE; goto out; }
	L{4} D{6} [HMXhmx] L{5} A D end
		{ shape = GH_DETECT_SHAPE_CURP; goto out; }
	L{4} "-"? D{6} "-"? A{3} end
		{ shape = GH_DETECT_SHAPE_RFC; goto out; }
	L{2} (" " D{2} " " D{2} " " D{2} " " | D{6} " "?) [A-Da-d] end
		{ shape = GH_DETECT_SHAPE_NINO; goto out; }
	[STFGMstfgm] D{7} L end
		{ shape = GH_DETECT_SHAPE_NRIC; goto out; }
	L{1,2} D{6} ("(" [0-9Aa] ")" | [0-9Aa]) end
		{ shape = GH_DETECT_SHAPE_HKID; goto out; }
	L [1289] D{8} end
		{ shape = GH_DETECT_SHAPE_TAIWAN; goto out; }
	L{5} D{4} L end
		{ shape = GH_DETECT_SHAPE_PAN; goto out; }
	L{3} " "? D{6} end
		{ shape = GH_DETECT_SHAPE_POLISH; goto out; }
	L D{7,8} end
		{ shape = GH_DETECT_SHAPE_LETTER_8; goto out; }
	L{2} D{6,7} end
		{ shape = GH_DETECT_SHAPE_PASSPORT_2; goto out; }
	L A{9} end
		{ shape = GH_DETECT_SHAPE_DOCUMENT_10; goto out; }
	[A-Za-z9]{5} D{6} [A-Za-z9]{2} A L{2} end
		{ shape = GH_DETECT_SHAPE_DRIVER_UK; goto out; }
	[PIACV] [A-Z<] [A-Z]{3} [A-Z<]{10,} [<A-Z0-9\n\r]{15,70} end
		{ shape = GH_DETECT_SHAPE_MRZ; goto out; }
	[0-9A-HJ-NPR-Z]{17} end
		{ shape = GH_DETECT_SHAPE_VIN; goto out; }
	L{3,9} [.]? " " [0-3]?D "," " "? D{4} end
		{ shape = GH_DETECT_SHAPE_WORD_DATE; goto out; }
	* { return GH_DETECT_SHAPE_NONE; }
*/
out:
	return at == end + 1 ? shape : GH_DETECT_SHAPE_NONE;
}
