// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { IMasternodes, MasternodeEvent, MasternodeStatus } from "./IMasternodes.sol";

/// @title The states of a masternode, as a table.
library MasternodeTable {
    /// @notice The status after `happened`; reverts when the table has no such step.
    function next(uint32 id, MasternodeStatus status, MasternodeEvent happened)
        internal
        pure
        returns (MasternodeStatus)
    {
        if (status == MasternodeStatus.None && happened == MasternodeEvent.Register) {
            return MasternodeStatus.Registered;
        }
        if (status == MasternodeStatus.Registered && happened == MasternodeEvent.Admit) {
            return MasternodeStatus.Admitted;
        }
        if (status == MasternodeStatus.Registered && happened == MasternodeEvent.Leave) {
            return MasternodeStatus.Leaving;
        }
        if (status == MasternodeStatus.Admitted && happened == MasternodeEvent.Leave) {
            return MasternodeStatus.Leaving;
        }
        if (status == MasternodeStatus.Leaving && happened == MasternodeEvent.Unbond) {
            return MasternodeStatus.Left;
        }
        revert IMasternodes.MasternodesIllegalTransition(id, status, happened);
    }
}
