/* SPDX-License-Identifier: MIT */
/* Where the agent listens and who must own that place: the same on both sides. */
#ifndef MILINK_IPC_ENDPOINT_H
#define MILINK_IPC_ENDPOINT_H

#define MILINK_SERVICE_NAME "milink-agent"
/* S-1-5-80- and the five words of SHA-1(UTF-16LE("MILINK-AGENT")): the service's own SID on every
 * machine. */
#define MILINK_SERVICE_SID "S-1-5-80-2485935931-1821977061-2472860395-3216778014-952368713"
#define MILINK_PIPE_NAME   "\\\\.\\pipe\\milink\\xp"
/* For administrators alone: reload and stop. */
#define MILINK_ADMIN_PIPE_NAME "\\\\.\\pipe\\milink\\admin"
/* Linux, for development and tests: MILINK_SOCKET names another path. */
#define MILINK_SOCKET_PATH     "/run/milink/xp.sock"
#define MILINK_SOCKET_VARIABLE "MILINK_SOCKET"
/* The administrators' socket is the other's path and this. */
#define MILINK_ADMIN_SUFFIX ".admin"

#endif
