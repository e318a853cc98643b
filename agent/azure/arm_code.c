/* SPDX-License-Identifier: MIT */
/* Azure's error codes: the one table, and looking a code up in it. */
#include "arm_code.h"
#include "error.h"
#include "text.h"
#include <stdlib.h>
#include <string.h>

/* Names drift between specification and service: where two are known, both stand here. What is not
 * here is told by its HTTP status and in Azure's own words. */
static const struct arm_code table[] = {
    /* Failover and change of role (arm-api 3.6, 3.7). */
    {"InvalidDistributedAvailabilityGroupFailoverRequest", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "@failover_type is Planned or ForcedAllowDataLoss"},
    {"InvalidDistributedAvailabilityGroupFailoverInstanceRole", MILINK_ARM_INVALID_ROLE, ARM_FAIL,
     0,
     "the instance is secondary, so SQL Server starts it: ALTER AVAILABILITY GROUP [link] FAILOVER "
     "there"},
    {"DistributedAvailabilityGroupFailoverInvalidInstanceRole", MILINK_ARM_INVALID_ROLE, ARM_FAIL,
     0,
     "the instance is secondary, so SQL Server starts it: ALTER AVAILABILITY GROUP [link] FAILOVER "
     "there"},
    {"DistributedAvailabilityGroupSetRolePrimaryPlannedNotSupported", MILINK_ARM_INVALID_ROLE,
     ARM_FAIL, 0,
     "Azure takes Primary with Forced alone; run ALTER AVAILABILITY GROUP [link] FAILOVER on SQL "
     "Server"},
    {"DistributedAvailabilityGroupFailoverSecondariesNotSynchronizing", MILINK_ARM_CONFLICT,
     ARM_FAIL, 0, "the secondary does not synchronise: look at health and last error of the link"},
    {"DistributedAvailabilityGroupFailoverLogSendQueueSizeTooBig", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "too much log waits to be sent: stop the workload, wait for the queue, try again"},
    {"DistributedAvailabilityGroupFailoverRedoQueueSizeTooBig", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "too much log waits to be redone: stop the workload, wait for the queue, try again"},
    {"DistributedAvailabilityGroupSetRoleInstanceAlreadyInRequestedRole", MILINK_ARM_CONFLICT,
     ARM_ADOPT, 0, "the instance has that role already"},
    {"DistributedAvailabilityGroupSetRoleChangeRoleAlreadyInProgress", MILINK_ARM_CONFLICT,
     ARM_ADOPT, 0, "a change of role is under way"},
    {"DistributedAvailabilityGroupSetRoleFailed", MILINK_ARM_FAILED, ARM_FAIL, 0,
     "the role was not changed: look at health and last error of the link on both sides"},
    {"DistributedAvailabilityGroupMiPrimaryWithGeodr", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the instance is in a failover group: take it out first"},
    {"DistributedAvailabilityGroupDbEncryptedWithSmk", MILINK_ARM_ENCRYPTION, ARM_FAIL, 0,
     "the database is encrypted with the instance's own key: turn its encryption off, or use a key "
     "of the customer"},
    {"DistributedAvailabilityGroupDbCannotBeEncryptedWhenPrimaryInMiLink", MILINK_ARM_ENCRYPTION,
     ARM_FAIL, 0, "the database cannot be encrypted while the instance is primary in its link"},
    {"DistributedAvailabilityGroupProtectorCannotBeUpdtedToSmk", MILINK_ARM_ENCRYPTION, ARM_FAIL, 0,
     "while there is a link the instance's protector stays a key of the customer"},
    /* Creating and changing a link (arm-api 3.8). */
    {"InvalidDistributedAvailabilityGroupsCreateOrUpdateRequest", MILINK_ARM_BAD_REQUEST, ARM_FAIL,
     0, "a parameter of the link is missing or not taken"},
    {"InvalidDistributedAvailabilityGroupsCreateOrUpdateRequestInstanceAvailabilityGroupName",
     MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "the name of the instance's availability group is missing or not valid"},
    {"InvalidDistributedAvailabilityGroupsCreateOrUpdateRequestPartnerAvailabilityGroupName",
     MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "the name of SQL Server's availability group is missing or not valid"},
    {"InvalidDistributedAvailabilityGroupsCreateOrUpdateRequestPartnerEndpoint",
     MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0, "SQL Server's endpoint has the form TCP://host:5022"},
    {"InvalidDistributedAvailabilityGroupsCreateOrUpdateRequestDatabases", MILINK_ARM_BAD_REQUEST,
     ARM_FAIL, 0, "name the databases that the availability group holds"},
    {"InvalidDistributedAvailabilityGroupsCreateOrUpdateRequestSeedingMode", MILINK_ARM_BAD_REQUEST,
     ARM_FAIL, 0, "Azure takes the seeding mode Automatic alone"},
    {"InstanceAvailabilityGroupNamePartnerAvailabilityGroupNameMatch", MILINK_ARM_BAD_REQUEST,
     ARM_FAIL, 0, "the availability groups of the two sides must have different names"},
    {"InvalidMultiDbDistributedAvailabilityGroupDatabasesRequest", MILINK_ARM_BAD_REQUEST, ARM_FAIL,
     0, "the list of databases is not valid for a link of several databases"},
    {"InvalidMultiDbDistributedAvailabilityGroupName", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "a link of several databases has a name of a-z, 0-9 and inner hyphens"},
    {"CloudLifterChimeraMIAgNameIsAlreadyUsed", MILINK_ARM_NAME_TAKEN, ARM_FAIL, 0,
     "the instance has an availability group of that name: choose another for its side"},
    {"CloudLifterChimeraBoxAndMiOnDifferentDbVersionsFailoverModeManual", MILINK_ARM_CONFLICT,
     ARM_FAIL, 0,
     "the database format of the instance does not fit the version of SQL Server: without the same "
     "format there is no way back, use failover mode None"},
    {"CloudLifterChimeraAvailabilityGroupConnectionCannotBeEstablished",
     MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL, 41976,
     "SQL Server's availability group does not answer: check its name and the distributed "
     "availability group, and read SQL Server's error log"},
    {"CloudLifterChimeraEstablishDbConnectionNotEstablished", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL,
     41977,
     "the sides are connected and the database is silent: check its name, and that it is in SQL "
     "Server's availability group"},
    {"CloudLifterChimeraUcsConnectionNoResponse", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL, 41986,
     "SQL Server's endpoint did not answer: check firewall, address and port"},
    {"CloudLifterChimeraOnpremEndpointEncryptionNotEnabled", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "SQL Server's endpoint must encrypt: ALTER ENDPOINT with ENCRYPTION = REQUIRED ALGORITHM AES"},
    {"ManagedInstanceLinkConnectivityIsNotEstablished", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL,
     41962,
     "replication did not begin in time and Azure gave the link up: check the network both ways"},
    {"ManagedInstanceLinkCertificateNotFoundOnManagedInstance", MILINK_ARM_LINK_CERTIFICATE,
     ARM_FAIL, 41973, "the certificate of SQL Server's endpoint is not on the instance: upload it"},
    {"ManagedInstanceLinkCertificateNotFoundOnSqlServer", MILINK_ARM_LINK_CERTIFICATE, ARM_FAIL,
     41974,
     "the certificate of the instance's endpoint is not on SQL Server: import it, with the "
     "authorities that signed it"},
    {"ManagedInstanceLinkForProvidedAvailabilityGroupsAlreadyExists", MILINK_ARM_NAME_TAKEN,
     ARM_FAIL, 0,
     "a link between these availability groups exists: see it with xp_milink_link_list"},
    {"ManagedInstanceLinkTdeCertificateMissing", MILINK_ARM_ENCRYPTION, ARM_FAIL, 0,
     "the certificate that encrypts the database is not on the instance: upload it first"},
    {"ManagedInstanceLinkSourceDbHasHekatonFile", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "it has a memory-optimised filegroup, which the service tier of the instance does not take"},
    {"ManagedInstanceLinkSourceDbHasMultipleLogFiles", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "it has several log files: keep one"},
    {"ManagedInstanceLinkSourceDbHasFilestream", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "it has FILESTREAM or FileTable data"},
    {"ManagedInstanceLinkSourceDbHasDefunctFiles", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "it has defunct files"},
    {"ManagedInstanceLinkSourceDbHasFulltextFiles", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "it has full-text files of an old version"},
    {"ManagedInstanceLinkUnsupportedNumberOfFilesOnSourceDb", MILINK_ARM_DATABASE_UNSUITABLE,
     ARM_FAIL, 0, "it has more files than the instance takes: merge some"},
    {"ManagedInstanceLinkIsNotFound", MILINK_ARM_NOT_FOUND, ARM_GONE, 0,
     "there is no such link: see xp_milink_link_list"},
    {"ManagedInstanceLinkIsNotInTheCatchupState", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the link is not seeded or not caught up yet: wait for it"},
    {"ManagedInstanceLinkDifferentFork", MILINK_ARM_LOG_GAP, ARM_FAIL, 1408,
     "the copies have gone different ways, as after a forced failover"},
    {"ManagedInstanceLinkNoOverlap", MILINK_ARM_LOG_GAP, ARM_FAIL, 1412,
     "log was backed up and truncated before seeding had ended"},
    {"FailoverGroupCreateOrUpdatePartiallySucceeded", MILINK_ARM_FAILED, ARM_FAIL, 0,
     "a part of the databases was taken: see which with xp_milink_link_get"},
    {"SystemDatabaseUnsupportedOperation", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "it is a system database"},
    {"ManagementServiceNoAddDbInFullDrFog", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "a link of all databases takes no single one"},
    {"ManagementServiceNoAddDbNonPrimaryFog", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "databases are added on the primary side"},
    {"ManagementServiceMultiDbFogNotEnabled", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "links of several databases are not enabled for this subscription or region"},
    {"ManagementServicePartialFogNotEnabled", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "links of some databases are not enabled for this subscription or region"},
    /* What a link meets on the instance. */
    {"StorageAccountFull", MILINK_ARM_NO_ROOM, ARM_FAIL, 0, "the storage of the instance is full"},
    {"NoMoreSpaceInManagedInstance", MILINK_ARM_NO_ROOM, ARM_FAIL, 0,
     "the storage of the instance is full: enlarge it or delete databases"},
    {"DatabaseNumberLimitReached", MILINK_ARM_NO_ROOM, ARM_FAIL, 0,
     "the instance has as many databases as it takes"},
    {"ServerQuotaExceeded", MILINK_ARM_NO_ROOM, ARM_FAIL, 0,
     "the quota of the subscription is used up"},
    {"InstancePoolNotEnoughCapacity", MILINK_ARM_NO_ROOM, ARM_FAIL, 0, NULL},
    {"ProvisioningDisabled", MILINK_ARM_NO_ROOM, ARM_FAIL, 0,
     "the region takes no new instances of this subscription: choose another or ask Azure support"},
    {"RegionDoesNotAllowProvisioning", MILINK_ARM_NO_ROOM, ARM_FAIL, 0,
     "the region takes no new instances: choose another"},
    {"ManagedDatabaseNameInUse", MILINK_ARM_NAME_TAKEN, ARM_FAIL, 0,
     "the instance has a database of that name, perhaps left by an earlier link: delete it or "
     "rename it there"},
    {"RemoteDatabaseExists", MILINK_ARM_NAME_TAKEN, ARM_FAIL, 0,
     "the instance has a database of that name: delete it or rename it there"},
    {"NameAlreadyExists", MILINK_ARM_NAME_TAKEN, ARM_FAIL, 0, NULL},
    {"ServerAlreadyExists", MILINK_ARM_NAME_TAKEN, ARM_FAIL, 0,
     "names of instances are unique in all of Azure"},
    {"CannotUseReservedDatabaseName", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "its name is reserved"},
    {"CannotUseTrailingWhitespacesInDatabaseName", MILINK_ARM_DATABASE_UNSUITABLE, ARM_FAIL, 0,
     "its name ends in a space"},
    {"ManagedInstanceRestoreToInstanceWithOlderVersionEdition", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the database is of a newer format than the instance: change the update policy of the "
     "instance"},
    {"DatabaseDoesNotExist", MILINK_ARM_NOT_FOUND, ARM_GONE, 0,
     "the instance has no such database"},
    {"DatabaseUnavailable", MILINK_ARM_UNAVAILABLE, ARM_FAIL, 0,
     "the database is not available: look at its state on the instance"},
    {"Akv*", MILINK_ARM_ENCRYPTION, ARM_FAIL, 0,
     "the instance does not reach its key in Azure Key Vault"},
    {"AzureKeyVault*", MILINK_ARM_ENCRYPTION, ARM_FAIL, 0,
     "the instance does not reach its key in Azure Key Vault"},
    /* Certificates (arm-api 4). */
    {"MissingPublicBlob", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "the public part of the certificate is missing"},
    {"InvalidPublicBlob", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "the public part is no certificate in DER"},
    {"MissingCertificateName", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0, "the certificate needs a name"},
    {"CertificateAlreadyExists", MILINK_ARM_NAME_TAKEN, ARM_COMPARE, 0,
     "the instance has a certificate of that name, or this certificate under another name: see "
     "xp_milink_certificate_list"},
    /* The instance (arm-api 3.8, 5). */
    {"OperationCanNotStartDueToMiLink", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "a link of the instance is seeding: wait until seeding ends"},
    {"ManagementServiceStopManagedInstanceUsingMILink", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "an instance with a link cannot be stopped: delete the link first"},
    {"ManagedInstanceStoppingOrStopped", MILINK_ARM_NOT_RUNNING, ARM_FAIL, 0, NULL},
    {"ManagedInstanceStarting", MILINK_ARM_NOT_RUNNING, ARM_FAIL, 0, "it is starting"},
    {"ManagedInstanceUpdateSloInProgress", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the instance is being scaled, which takes up to some hours: see its operations"},
    {"ManagedInstanceOperationInProgress", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "another operation of the instance is under way: see its operations"},
    {"ManagedInstanceUpdateSloFromVersionlessToVersionedNotAllowed", MILINK_ARM_BAD_REQUEST,
     ARM_FAIL, 0, "the update policy of an instance cannot be taken back"},
    {"ManagedInstanceUpdateSloFromNewerToOlderVersionEditionNotAllowed", MILINK_ARM_BAD_REQUEST,
     ARM_FAIL, 0, "the update policy of an instance cannot be taken back"},
    {"ManagedInstanceFailoverThrottled", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the instance was failed over a short while ago"},
    {"ManagedInstanceFailoverNotSupportedOnSKU", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0, NULL},
    {"ManagedInstanceFailoverFullBackupMissing", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the first full backup of a database has not ended: wait for it"},
    {"ManagedInstanceNotInStateToFailover", MILINK_ARM_CONFLICT, ARM_FAIL, 0, NULL},
    {"CannotCancelOperation", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the operation has passed the point where it can be cancelled"},
    {"OperationIdNotFound", MILINK_ARM_NOT_FOUND, ARM_FAIL, 0,
     "the instance has no such operation"},
    {"PasswordNotComplex", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "the stored password does not satisfy Azure: set another with milink-agent secret set"},
    {"PasswordTooShort", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "the stored password is too short: set another with milink-agent secret set"},
    {"PasswordTooLong", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "the stored password is too long: set another with milink-agent secret set"},
    {"Vnet*", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the subnet of the instance is not as Azure needs it"},
    /* Busy, and sent again (arm-api 3.8, 8). */
    {"ManagedInstanceIsBusy", MILINK_ARM_CONFLICT, ARM_RETRY, 0,
     "the instance is busy with another operation"},
    {"ConflictingServerOperation", MILINK_ARM_CONFLICT, ARM_RETRY, 45157,
     "the instance is busy with another operation"},
    {"ConflictingDatabaseOperation", MILINK_ARM_CONFLICT, ARM_RETRY, 0,
     "the database is busy with another operation"},
    {"ManagementServiceDatabaseBusy", MILINK_ARM_CONFLICT, ARM_RETRY, 0,
     "the database is busy with another operation"},
    {"ConflictingSystemOperationInProgress", MILINK_ARM_CONFLICT, ARM_RETRY, 0,
     "Azure is at work on the instance"},
    {"AnotherOperationInProgress", MILINK_ARM_CONFLICT, ARM_RETRY, 0,
     "another operation of the resource is under way"},
    {"ConflictingSubscriptionOperation", MILINK_ARM_THROTTLED, ARM_RETRY, 0,
     "another operation of the subscription is under way"},
    {"SubscriptionTooManyRequests", MILINK_ARM_THROTTLED, ARM_RETRY, 0, NULL},
    {"SubscriptionTooManyCreateUpdateRequests", MILINK_ARM_THROTTLED, ARM_RETRY, 0, NULL},
    {"TooManyRequests", MILINK_ARM_THROTTLED, ARM_RETRY, 0, NULL},
    /* Azure's own time and faults. The request may have been taken: a POST is not sent again. */
    {"GatewayInternalServerError", MILINK_ARM_UNAVAILABLE, ARM_FAIL, 0, NULL},
    {"InternalServerError", MILINK_ARM_UNAVAILABLE, ARM_FAIL, 0, NULL},
    {"OperationTimedOut", MILINK_ARM_TIMED_OUT, ARM_FAIL, 0, NULL},
    {"RequestTimeout", MILINK_ARM_TIMED_OUT, ARM_FAIL, 0, NULL},
    {"GatewayTimeout", MILINK_ARM_TIMED_OUT, ARM_FAIL, 0, NULL},
    {"OperationCancelled", MILINK_ARM_CANCELED, ARM_FAIL, 0, NULL},
    {"OperationInterrupted", MILINK_ARM_CANCELED, ARM_FAIL, 0,
     "Azure interrupted it, as for maintenance: look at the resource, then begin anew"},
    /* Resource Manager itself (arm-api 8). */
    {"ResourceNotFound", MILINK_ARM_NOT_FOUND, ARM_GONE, 0, NULL},
    {"ResourceDoesNotExist", MILINK_ARM_NOT_FOUND, ARM_GONE, 0, NULL},
    {"ParentResourceNotFound", MILINK_ARM_NOT_FOUND, ARM_FAIL, 0, "the instance is not there"},
    {"ResourceGroupNotFound", MILINK_ARM_NOT_FOUND, ARM_FAIL, 0, "the resource group is not there"},
    {"SubscriptionNotFound", MILINK_ARM_NOT_FOUND, ARM_FAIL, 0,
     "the subscription is not there, or the agent's identity may not see it"},
    {"SubscriptionDisabled", MILINK_ARM_FORBIDDEN, ARM_FAIL, 0,
     "the subscription is disabled: see its payment"},
    {"AuthorizationFailed", MILINK_ARM_FORBIDDEN, ARM_FAIL, 0, NULL},
    {"LinkedAuthorizationFailed", MILINK_ARM_FORBIDDEN, ARM_FAIL, 0,
     "the permission is missing on another resource that this one refers to"},
    {"RequestDisallowedByPolicy", MILINK_ARM_FORBIDDEN, ARM_FAIL, 0,
     "an Azure Policy forbids this"},
    {"ScopeLocked", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "a lock on the resource or its group forbids this: remove the lock first"},
    {"InvalidAuthenticationToken*", MILINK_ARM_UNAUTHENTICATED, ARM_FAIL, 0, NULL},
    {"ExpiredAuthenticationToken", MILINK_ARM_UNAUTHENTICATED, ARM_FAIL, 0,
     "the token has expired, or the host's clock is wrong"},
    {"AuthenticationFailed", MILINK_ARM_UNAUTHENTICATED, ARM_FAIL, 0, NULL},
    {"MissingApiVersionParameter", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "see api_version in the agent's configuration"},
    {"InvalidApiVersionParameter", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "see api_version in the agent's configuration"},
    {"NoRegisteredProviderFound", MILINK_ARM_BAD_REQUEST, ARM_FAIL, 0,
     "see api_version in the agent's configuration; the provider Microsoft.Sql must be registered"},
    {"MissingSubscriptionRegistration", MILINK_ARM_CONFLICT, ARM_FAIL, 0,
     "the provider Microsoft.Sql is not registered in the subscription: register it"},
    {"InvalidResourceType", MILINK_ARM_NOT_FOUND, ARM_FAIL, 0,
     "the cloud does not know this kind of resource in that api_version"},
    /* SQL Server's numbers that no name stands for (mi-link 8.2). */
    {"47521", MILINK_ARM_LINK_UNREACHABLE, ARM_FAIL, 47521,
     "the secondary never had the request: check the availability group and the database on the "
     "primary"},
    {"1475", MILINK_ARM_CONFLICT, ARM_FAIL, 1475,
     "the database needs a new full backup that is not COPY_ONLY: take it, then try again"},
    {"9002", MILINK_ARM_CONFLICT, ARM_FAIL, 9002,
     "the log of the database is full, perhaps of log that was not sent: give it room, look at the "
     "link"},
    {"2812", MILINK_ARM_CONFLICT, ARM_FAIL, 2812,
     "the Azure Connect pack is missing on SQL Server 2016 or 2017: install it"},
    {"19499", MILINK_ARM_CONFLICT, ARM_FAIL, 19499,
     "the Azure Connect pack is missing on SQL Server 2016 or 2017: install it"},
};

const struct arm_code *arm_code_table(size_t *count)
{
    *count = sizeof table / sizeof table[0];
    return table;
}

/* The row's name is the code, or the beginning of it. */
static bool fits(const struct arm_code *row, const char *code)
{
    size_t length = strlen(row->code) - 1;
    char beginning[64];

    if (row->code[length] == '*') {
        text_copy_bytes(beginning, sizeof beginning, row->code, length);
        return strlen(code) >= length && text_equal_bytes(beginning, code, length);
    }
    return text_equal(row->code, code);
}

/* The number that a code is, as in errors of long-running operations; 0 when it is none. */
static long number_of(const char *code)
{
    char *end = NULL;
    long number = strtol(code, &end, 10);

    return code[0] >= '1' && code[0] <= '9' && *end == '\0' ? number : 0;
}

const struct arm_code *arm_code_find(const char *code)
{
    long number = number_of(code);

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (fits(&table[i], code) || (number != 0 && table[i].sql_error == number))
            return &table[i];
    return NULL;
}

enum arm_disposition arm_code_disposition(const char *code)
{
    const struct arm_code *row = arm_code_find(code);

    return row != NULL ? row->disposition : ARM_FAIL;
}
