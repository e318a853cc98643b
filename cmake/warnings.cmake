# SPDX-License-Identifier: MIT
# milink_warnings: what every source file of the project is compiled with, by both compilers.
option(MILINK_WERROR "A compiler warning is an error" ON)

add_library(milink_warnings INTERFACE)
target_compile_options(milink_warnings INTERFACE
  -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla -Wundef
  # clang does not know the format gnu_printf, and so takes what is passed on for unchecked.
  "$<$<C_COMPILER_ID:Clang>:-Wno-ignored-attributes;-Wno-format-nonliteral>"
  $<$<BOOL:${MILINK_WERROR}>:-Werror>)
