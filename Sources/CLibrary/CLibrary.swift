// The C library of the system under one name, so that no other file asks which one it is.
#if canImport(Glibc)
@_exported public import Glibc
#elseif canImport(Musl)
@_exported public import Musl
#else
@_exported public import Darwin
#endif

// Limits of a process; in glibc their numbers have a type of their own.
#if canImport(Glibc)
/// How large a file may become.
public let fileSizeLimit = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
/// How many files may be open.
public let openFileLimit = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
/// How large a file may become.
public let fileSizeLimit = RLIMIT_FSIZE
/// How many files may be open.
public let openFileLimit = RLIMIT_NOFILE
#endif
