//! The file on disks that fail.
