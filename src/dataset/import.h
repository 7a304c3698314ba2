/*
 * import.h - the official release, checked and unpacked.
 */
#ifndef IMPORT_H
#define IMPORT_H

struct error;
struct text;

/*
 * Check every file of the official zip against the checksums of the manifest,
 * then write them as FOLDER/DIMENSION/FILE.json.  Nothing is written unless
 * all of them are right; a file that is there already and differs is not
 * overwritten but refused.
 *
 * With `toolkit`, the wordings of the user's copy of the toolkit (toolkit.h)
 * are written as FOLDER/prompts.json, by the same rules.
 *
 * zip     the release (a folder with the same files does as well)
 * toolkit  its folder, or NULL
 * report  one line a file and a last one with the totals, for people
 * errors  ERR_IO; ERR_FORMAT names the file whose checksum is wrong;
 *         ERR_USAGE when a file in the way differs
 */
int import_release(const char *zip,
                   const char *folder,
                   const char *toolkit,
                   struct text *report,
                   struct error *err);

#endif
