# SPDX-License-Identifier: MIT
# milink::curl, milink::crypto, milink::cjson, milink::sqlite: the third-party libraries under one name each,
# natively by pkg-config, for Windows the static libraries of tools/third-party.
foreach(name curl crypto cjson sqlite)
  add_library(milink_${name} INTERFACE)
  add_library(milink::${name} ALIAS milink_${name})
endforeach()

# milink_static(NAME DEPENDENCY...): the imported target milink_static_NAME for libNAME.a.
function(milink_static name)
  add_library(milink_static_${name} STATIC IMPORTED)
  set_target_properties(milink_static_${name} PROPERTIES
    IMPORTED_LOCATION "${MILINK_THIRD_PARTY}/lib/lib${name}.a"
    INTERFACE_INCLUDE_DIRECTORIES "${MILINK_THIRD_PARTY}/include"
    INTERFACE_LINK_LIBRARIES "${ARGN}")
endfunction()

if(WIN32)
  milink_static(crypto ws2_32 crypt32 gdi32 advapi32 user32)
  milink_static(ssl milink_static_crypto)
  milink_static(nghttp2)
  milink_static(curl milink_static_nghttp2 milink_static_ssl bcrypt)
  milink_static(cjson)
  milink_static(sqlite3)
  target_link_libraries(milink_curl INTERFACE milink_static_curl)
  target_compile_definitions(milink_curl INTERFACE CURL_STATICLIB NGHTTP2_STATICLIB)
  target_link_libraries(milink_crypto INTERFACE milink_static_crypto)
  target_link_libraries(milink_cjson INTERFACE milink_static_cjson)
  # Without it cJSON.h would make the program export cJSON's functions.
  target_compile_definitions(milink_cjson INTERFACE CJSON_HIDE_SYMBOLS)
  target_link_libraries(milink_sqlite INTERFACE milink_static_sqlite3)
else()
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(MILINK_CURL REQUIRED IMPORTED_TARGET libcurl)
  pkg_check_modules(MILINK_CRYPTO REQUIRED IMPORTED_TARGET libssl libcrypto)
  pkg_check_modules(MILINK_CJSON REQUIRED IMPORTED_TARGET libcjson)
  pkg_check_modules(MILINK_SQLITE REQUIRED IMPORTED_TARGET sqlite3)
  target_link_libraries(milink_curl INTERFACE PkgConfig::MILINK_CURL)
  target_link_libraries(milink_crypto INTERFACE PkgConfig::MILINK_CRYPTO)
  target_link_libraries(milink_cjson INTERFACE PkgConfig::MILINK_CJSON)
  target_link_libraries(milink_sqlite INTERFACE PkgConfig::MILINK_SQLITE)
endif()
