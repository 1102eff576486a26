// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import { Math } from "@openzeppelin/contracts/utils/math/Math.sol";
import { Calendar } from "../base/Calendar.sol";
import { Payouts } from "../base/Payouts.sol";
import { System } from "../base/System.sol";
import { IDevices } from "../devices/IDevices.sol";
import { InstanceKey } from "../leases/InstanceKey.sol";
import { IMasternodes } from "../masternodes/IMasternodes.sol";
import { IncomeSplit } from "./IncomeSplit.sol";
import { Fund, ITreasury } from "./ITreasury.sol";

/// @title What tenants paid: shared out by period, remembered by instance and month for availability credits.
abstract contract Income is ITreasury, Calendar, Payouts {
    using Checkpoints for Checkpoints.Trace208;

    struct MonthIncome {
        uint32 month;
        uint96 received;
        uint96 credited;
    }

    /// @custom:storage-location erc7201:nexqloud.storage.Income
    struct IncomeStorage {
        /// What the network's fund had from an instance, by month modulo 2.
        mapping(InstanceKey instance => MonthIncome[2]) incomes;
        /// By time: owner, masternode and reserve basis points, 16 bits each.
        Checkpoints.Trace208 shares;
    }

    /// @dev Payments in a row that go to one receiver, in wei.
    struct Payee {
        address receiver;
        uint256 amount;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Income")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant INCOME_STORAGE =
        0x85b37125618b15ec5b7f1e0b8fc592474d3a15de973bec9617916319d9af0c00;

    uint256 private constant MONTH_SECONDS = 30 days;

    IDevices private constant DEVICES = IDevices(System.DEVICES);
    IMasternodes private constant MASTERNODES = IMasternodes(System.MASTERNODES);

    /// @inheritdoc ITreasury
    function incomeSharesAt(uint256 time) public view returns (IncomeShares memory) {
        uint208 packed = _income().shares.upperLookupRecent(uint48(time));
        return IncomeShares(uint16(packed >> 32), uint16(packed >> 16), uint16(packed));
    }

    /// @inheritdoc ITreasury
    function incomeOf(InstanceKey instance, uint256 month)
        external
        view
        returns (uint256 received, uint256 credited)
    {
        MonthIncome storage income = _income().incomes[instance][month % 2];
        return income.month == month ? (income.received, income.credited) : (0, 0);
    }

    /// @dev Pays owners and masternodes, one push for payments in a row to the same; returns the funds' parts.
    function _shareOut(uint256 period, Payment[] calldata payments)
        internal
        returns (uint256 toNetwork, uint256 toReserve)
    {
        uint256 start = periodStart(period);
        uint256 month = monthOf(period);
        IncomeShares memory shares = incomeSharesAt(start);
        address[] memory owners = _ownersAt(payments, start);
        Payee memory owner;
        Payee memory masternode;
        uint256 id = 0;
        address operator = address(0);
        for (uint256 i = 0; i < payments.length; ++i) {
            Payment calldata payment = payments[i];
            IncomeSplit.Parts memory parts = IncomeSplit.split(shares, payment.amount);
            if (payment.masternode != id) {
                id = payment.masternode;
                operator = MASTERNODES.payeeOf(payment.masternode);
            }
            _payNext(owner, owners[i], parts.owner);
            _payNext(masternode, operator, parts.masternode);
            _remember(payment.instance, month, parts.network);
            toNetwork += parts.network;
            toReserve += parts.reserve;
        }
        _pay(owner.receiver, owner.amount);
        _pay(masternode.receiver, masternode.amount);
    }

    /// @dev What of a credit may be paid now; books it as paid.
    function _takeCredit(InstanceKey instance, uint256 month, uint256 amount, uint256 most)
        internal
        returns (uint256 paid)
    {
        MonthIncome storage income = _income().incomes[instance][month % 2];
        if (income.month != month) return 0;
        uint256 due = Math.min(amount, income.received);
        if (due <= income.credited) return 0;
        paid = Math.min(due - income.credited, most);
        income.credited += uint96(paid);
    }

    function _setIncomeShares(uint256 from, IncomeShares memory shares) internal {
        uint208 packed =
            (uint208(shares.ownerBps) << 32) | (uint208(shares.masternodeBps) << 16) | shares.reserveBps;
        _income().shares.push(uint48(from), packed);
    }

    /// @notice The 30-day month, counted from genesis, in which `period` starts.
    function monthOf(uint256 period) public view returns (uint256) {
        return (period * periodSeconds) / MONTH_SECONDS;
    }

    function _ownersAt(Payment[] calldata payments, uint256 time) private view returns (address[] memory) {
        uint32[] memory devices = new uint32[](payments.length);
        for (uint256 i = 0; i < payments.length; ++i) {
            devices[i] = payments[i].device;
        }
        return DEVICES.ownersAt(devices, time);
    }

    /// @dev Keeps the last two months; what comes for an older one is not remembered.
    function _remember(InstanceKey instance, uint256 month, uint256 amount) private {
        MonthIncome storage income = _income().incomes[instance][month % 2];
        if (income.month == month) {
            income.received += uint96(amount);
        } else if (income.month < month) {
            _income().incomes[instance][month % 2] = MonthIncome(uint32(month), uint96(amount), 0);
        }
    }

    /// @dev Collects payments in a row to one receiver; pushes them when another one comes.
    function _payNext(Payee memory payee, address receiver, uint256 amount) private {
        if (payee.receiver == receiver) {
            payee.amount += amount;
            return;
        }
        _pay(payee.receiver, payee.amount);
        (payee.receiver, payee.amount) = (receiver, amount);
    }

    function _income() private pure returns (IncomeStorage storage $) {
        assembly {
            $.slot := INCOME_STORAGE
        }
    }
}
