/*
 * crc32c.h - the checksum of journal entries: CRC-32C (Castagnoli), as iSCSI
 * and ext4 use it.
 */
#ifndef CRC32C_H
#define CRC32C_H

#include <stddef.h>
#include <stdint.h>

uint32_t crc32c(const void *bytes, size_t len);

#endif
