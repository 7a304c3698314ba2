/*
 * crc32c.h - the checksum of journal entries: CRC-32C (Castagnoli), as iSCSI
 * and ext4 use it.
 */
#ifndef CRC32C_H
#define CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *bytes, size_t len);

/* The same of bytes whose beginning has `crc`; 0 = of nothing. */
uint32_t crc32c_more(uint32_t crc, const void *bytes, size_t len);

#endif
