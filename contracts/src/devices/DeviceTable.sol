// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { DeviceEvent, DeviceStatus, IDevices } from "./IDevices.sol";

/// @title The states of a device, as a table: one row a status, one column an event, 0 where there is no such step.
library DeviceTable {
    /// @dev Four bits a cell: cell (status, event) at bit 4 × (8 × status + event); the value is the next status.
    uint256 private constant TABLE = (1 << 0) // none + register = registered
        | (2 << 36) | (1 << 44) | (5 << 48) // registered: measure, transfer, retire
        | (2 << 68) | (3 << 72) | (2 << 76) | (5 << 80) // measured: measure, accept, transfer, retire
        | (3 << 100) | (3 << 104) | (4 << 108) | (5 << 112) // active: measure, accept, transfer, retire
        | (4 << 132) | (3 << 136) | (4 << 140) | (5 << 144); // suspended: measure, accept, transfer, retire

    /// @notice The status after `happened`; reverts when the table has no such step.
    function next(uint32 device, DeviceStatus status, DeviceEvent happened)
        internal
        pure
        returns (DeviceStatus)
    {
        uint256 cell = (TABLE >> (4 * (8 * uint256(status) + uint256(happened)))) & 0xf;
        if (cell == 0) revert IDevices.DevicesIllegalTransition(device, status, happened);
        return DeviceStatus(cell);
    }
}
