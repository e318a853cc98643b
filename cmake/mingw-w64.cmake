# SPDX-License-Identifier: MIT
# Toolchain file: Windows x64 by mingw-w64. The libraries come from MILINK_THIRD_PARTY (a CMake or
# environment variable); without it tools/third-party builds them once and says where they are.
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

# The -win32 thread flavour needs no winpthread DLL.
find_program(CMAKE_C_COMPILER NAMES x86_64-w64-mingw32-gcc-win32 x86_64-w64-mingw32-gcc)
find_program(CMAKE_RC_COMPILER NAMES x86_64-w64-mingw32-windres)
if(NOT CMAKE_C_COMPILER OR NOT CMAKE_RC_COMPILER)
  message(FATAL_ERROR "no mingw-w64 compiler for x86_64: run tools/packages")
endif()

# CMake reads this file several times in a run; the environment carries the answer from the first time.
if(NOT MILINK_THIRD_PARTY)
  if(NOT "$ENV{MILINK_THIRD_PARTY}" STREQUAL "")
    set(MILINK_THIRD_PARTY "$ENV{MILINK_THIRD_PARTY}")
  else()
    execute_process(COMMAND "${CMAKE_CURRENT_LIST_DIR}/../tools/third-party"
      OUTPUT_VARIABLE milink_output RESULT_VARIABLE milink_status OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(NOT milink_status EQUAL 0)
      message(FATAL_ERROR "tools/third-party failed (${milink_status}); its messages are above")
    endif()
    string(REGEX REPLACE "^.*\n" "" MILINK_THIRD_PARTY "${milink_output}")
    set(ENV{MILINK_THIRD_PARTY} "${MILINK_THIRD_PARTY}")
  endif()
endif()
if(NOT EXISTS "${MILINK_THIRD_PARTY}/lib/libcurl.a")
  message(FATAL_ERROR "MILINK_THIRD_PARTY=${MILINK_THIRD_PARTY} holds no lib/libcurl.a: "
    "unset it, and tools/third-party makes one")
endif()
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MILINK_THIRD_PARTY)

set(CMAKE_FIND_ROOT_PATH /usr/x86_64-w64-mingw32 "${MILINK_THIRD_PARTY}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# No path of the build machine in what we ship, and the same bytes from the same sources: no time stamps,
# and a base address that ld does not derive from the output path.
get_filename_component(milink_source "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
string(CONCAT CMAKE_C_FLAGS_INIT
  "-fstack-protector-strong -ffunction-sections -fdata-sections "
  "\"-ffile-prefix-map=${milink_source}=.\" \"-ffile-prefix-map=${CMAKE_BINARY_DIR}=build\"") # quoted: a path may have blanks
set(CMAKE_C_FLAGS_RELEASE_INIT "-D_FORTIFY_SOURCE=2")

# -static: the stack protector's library is linked in; libssp-0.dll would have to be shipped otherwise.
set(CMAKE_EXE_LINKER_FLAGS_INIT
  "-static -Wl,--gc-sections,--nxcompat,--dynamicbase,--high-entropy-va,--no-insert-timestamp")
set(CMAKE_SHARED_LINKER_FLAGS_INIT "${CMAKE_EXE_LINKER_FLAGS_INIT} -Wl,--image-base=0x180000000")
set(CMAKE_MODULE_LINKER_FLAGS_INIT "${CMAKE_SHARED_LINKER_FLAGS_INIT}")
foreach(milink_kind EXE SHARED MODULE)
  set(CMAKE_${milink_kind}_LINKER_FLAGS_RELEASE_INIT "-s")
endforeach()

# ctest runs what was built under Wine, in prefixes that wine_start of tools/lib.sh makes.
find_program(MILINK_WINE wine)
mark_as_advanced(MILINK_WINE)
if(MILINK_WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${MILINK_WINE}")
endif()
