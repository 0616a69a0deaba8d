// libsodium: Argon2id, constant-time comparison, randomness.
#pragma once
#include <sodium.h>
